using System.Collections.Immutable;
using FlowLake.QueryApi.Relations;
using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace FlowLake.QueryApi.OData;

/// <summary>From the query options of an entity set to the parts of a SELECT.</summary>
internal sealed class ODataTranslator(ODataModel model)
{
    /// <summary>Longest value of one option, in characters. Kestrel's limit of a request line comes first as a rule.</summary>
    private const int OptionLengthMax = 16_384;

    /// <exception cref="ODataFaultException">An option is wrong or not supported.</exception>
    public ODataQuery Translate(IEdmEntitySet set, IReadOnlyDictionary<string, string> options)
    {
        foreach (var (name, value) in options)
        {
            if (value.Length > OptionLengthMax)
                throw ODataFaultException.Bad($"{name} has {value.Length} characters; {OptionLengthMax} are allowed.");
        }

        var relation = model.RelationOf(set);
        var parser = new ODataQueryOptionParser(model.Model, set.EntityType(), set, options.Where(option => option.Key is not ("$skiptoken" or "$format")).ToDictionary());
        var builder = new SqlBuilder(relation);
        try
        {
            var selected = Selected(parser.ParseSelectAndExpand(), relation);
            var where = parser.ParseFilter() is { } filter ? new ODataExpressionSql(builder, exact: false).Sql(filter.Expression) : null;
            var whereParameters = builder.Parameters.Count;
            return new ODataQuery
            {
                Relation = relation,
                Properties = selected ?? [Relation.KeyColumn, .. relation.Columns.Select(column => column.Name)],
                Selected = selected is not null,
                Where = where,
                WhereParameters = whereParameters,
                OrderBy = Order(parser.ParseOrderBy(), builder),
                Parameters = builder.Parameters,
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

    // The properties named, in the order of the definition; null where all are meant.
    private static ImmutableArray<string>? Selected(SelectExpandClause? clause, Relation relation)
    {
        if (clause is null || clause.SelectedItems.Any(item => item is WildcardSelectItem) || !clause.SelectedItems.Any())
            return null;
        var names = clause.SelectedItems.Select(item => item is PathSelectItem { SelectedPath: { Count: 1 } path } && path.FirstSegment is PropertySegment property
            ? property.Property.Name
            : throw ODataFaultException.NotSupported("$select takes names of properties and *.")).ToHashSet();
        return [.. relation.Columns.Select(column => column.Name).Prepend(Relation.KeyColumn).Where(names.Contains)];
    }

    private static ImmutableArray<string> Order(OrderByClause? clause, SqlBuilder builder)
    {
        var terms = ImmutableArray.CreateBuilder<string>();
        for (; clause is not null; clause = clause.ThenBy)
        {
            // Null comes before every value, and after it when the order is turned round.
            var direction = clause.Direction == OrderByDirection.Ascending ? "ASC NULLS FIRST" : "DESC NULLS LAST";
            terms.Add($"{new ODataExpressionSql(builder, exact: true).Sql(clause.Expression)} {direction}");
        }

        return terms.ToImmutable();
    }
}
