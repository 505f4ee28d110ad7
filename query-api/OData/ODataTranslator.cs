using System.Collections.Immutable;
using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace FlowLake.QueryApi.OData;

/// <summary>From the query options of an entity set to the parts of a SELECT.</summary>
internal sealed class ODataTranslator(ODataModel model)
{
    /// <summary>Longest value of one option, in characters. Kestrel's limit of a request line comes first as a rule.</summary>
    private const int OptionLengthMax = 16_384;

    /// <summary>Options are applied in the standard's order: $apply, $compute, $search and $filter, $count, $orderby, $skip and $top, $select.</summary>
    /// <exception cref="ODataFaultException">An option is wrong or not supported.</exception>
    public ODataQuery Translate(IEdmEntitySet set, IReadOnlyDictionary<string, string> options)
    {
        foreach (var (name, value) in options)
        {
            if (value.Length > OptionLengthMax)
                throw ODataFaultException.Bad($"{name} has {value.Length} characters; {OptionLengthMax} are allowed.", name);
        }

        var parameters = new ODataParameters();
        try
        {
            var rows = Rows(set, options, parameters);
            var rowsParameters = parameters.Values.Count;
            var parser = rows.Parser(model.Model, Options(options, "$orderby", "$top", "$skip", "$count", "$select"));
            var selected = Selected(parser.ParseSelectAndExpand(), rows);
            return new ODataQuery
            {
                Rows = rows,
                Properties = selected ?? [.. rows.Properties],
                Selected = selected is not null || !rows.AreEntities,
                RowsParameters = rowsParameters,
                OrderBy = Order(parser.ParseOrderBy(), parameters),
                Parameters = parameters.Values,
                Top = parser.ParseTop(),
                Skip = parser.ParseSkip() ?? 0,
                Count = parser.ParseCount() ?? false,
            };
        }
        catch (ODataException exception)
        {
            throw ODataFaultException.Bad(exception.Message);
        }
    }

    private ODataRows Rows(IEdmEntitySet set, IReadOnlyDictionary<string, string> options, ODataParameters parameters)
    {
        var rows = ODataRows.Of(model.RelationOf(set), set.EntityType());
        var apply = new ODataApply(model.Model, parameters);
        if (options.TryGetValue("$apply", out var transformations))
            rows = apply.Apply(rows, transformations);
        if (options.TryGetValue("$compute", out var computed))
            rows = apply.Compute(rows, computed);
        var parser = rows.Parser(model.Model, Options(options, "$search", "$filter"));
        if (parser.ParseSearch() is { } search)
            rows = rows.Where(new ODataSearch(rows, parameters).Sql(search.Expression));
        if (parser.ParseFilter() is { } filter)
            rows = rows.Where(filter, parameters);
        return rows;
    }

    private static (string Name, string? Value)[] Options(IReadOnlyDictionary<string, string> options, params string[] names) =>
        [.. names.Select(name => (name, options.GetValueOrDefault(name)))];

    // The properties named, in the order of the rows; null where all are meant.
    private static ImmutableArray<string>? Selected(SelectExpandClause? clause, ODataRows rows)
    {
        if (clause is null || clause.SelectedItems.Any(item => item is WildcardSelectItem) || !clause.SelectedItems.Any())
            return null;
        var names = clause.SelectedItems.Select(item => item is PathSelectItem { SelectedPath: { Count: 1 } path } && path.FirstSegment is PropertySegment property
            ? property.Property.Name
            : throw ODataFaultException.NotSupported("$select takes names of properties and *.")).ToHashSet();
        return [.. rows.Properties.Where(names.Contains)];
    }

    private static ImmutableArray<ODataOrderTerm> Order(OrderByClause? clause, ODataParameters parameters)
    {
        var terms = ImmutableArray.CreateBuilder<ODataOrderTerm>();
        for (; clause is not null; clause = clause.ThenBy)
            terms.Add(new ODataOrderTerm(new ODataExpressionSql(parameters, exact: true).Sql(clause.Expression), clause.Direction == OrderByDirection.Descending));

        return terms.ToImmutable();
    }
}
