using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace FlowLake.QueryApi.OData;

/// <summary>Rows on their way through a request's options: where they come from, and of what type they are by then.</summary>
/// <remarks>
/// Every transformation is parsed against the type that the one before it left. The library's own state for this knows, behind an aggregate, neither the
/// grouping properties within $apply nor the types of the new names.
/// </remarks>
internal sealed record ODataRows
{
    /// <summary>The name that a statement gives the rows of the relation.</summary>
    public const string Source = "entities";

    /// <summary>The relation they are of.</summary>
    public required Relation Relation { get; init; }

    /// <summary>What stands behind FROM: <see cref="Source"/>, or a SELECT in parentheses.</summary>
    public required string From { get; init; }

    /// <summary>The properties of a row, which are the columns.</summary>
    public required IEdmEntityType Type { get; init; }

    /// <summary>The properties that together differ from row to row; none where there is one row.</summary>
    public required ImmutableArray<string> Key { get; init; }

    /// <summary>True where rows keep their order from one run to the next without being sorted.</summary>
    public required bool HasScanOrder { get; init; }

    /// <summary>True while a row is an entity of the set, which it is no longer once rows were grouped or aggregated.</summary>
    public bool AreEntities { get; init; } = true;

    public IEnumerable<string> Properties => Type.DeclaredProperties.Select(property => property.Name);

    public static ODataRows Of(Relation relation, IEdmEntityType type) => new()
    {
        Relation = relation,
        From = Source,
        Type = type,
        Key = [Relation.KeyColumn],
        HasScanOrder = relation.HasScanOrder,
    };

    /// <summary>What is known of the relation's rows that matter.</summary>
    public RowBounds Bounds { get; private init; } = RowBounds.None;

    /// <summary>A parser of query options about these rows.</summary>
    public ODataQueryOptionParser Parser(IEdmModel model, params (string Name, string? Value)[] options) =>
        new(model, Type, targetNavigationSource: null, options.Where(option => option.Value is not null).ToDictionary(option => option.Name, option => option.Name is "$search" ? option.Value : ODataListText.Quote(option.Value!)));

    /// <summary>The rows a condition is true for.</summary>
    public ODataRows Where(string condition) => this with { From = $"(SELECT * FROM {From} WHERE {condition})" };

    /// <summary>The row of a key, which is the first parameter's value.</summary>
    public ODataRows OfKey(string key) => Where($"{Relation.KeyColumn} = $1") with
    {
        Bounds = Relation.KeyNamesFile ? Bounds.And(Relation.KeyColumn, new ValueBounds(new BoundValue(0, key), new BoundValue(0, key))) : Bounds,
    };

    /// <summary>The rows a $filter or a filter of $apply is true for.</summary>
    public ODataRows Where(FilterClause filter, ODataParameters parameters) => Where(new ODataExpressionSql(parameters, exact: false).Sql(filter.Expression)) with
    {
        // Names of grouped rows are no longer the relation's columns.
        Bounds = AreEntities ? Bounds.And(ODataBounds.Of(Relation, filter.Expression)) : Bounds,
    };

    /// <summary>The same rows with more properties.</summary>
    public ODataRows With(IReadOnlyCollection<ODataColumn> added) => this with
    {
        From = $"(SELECT *, {string.Join(", ", added.Select(column => column.Sql))} FROM {From})",
        Type = ODataColumn.TypeOf(Type, [.. Type.DeclaredProperties.Select(property => (property.Name, property.Type)), .. added.Select(column => (column.Name, column.Type))]),
    };

    /// <summary>One row for each different value of the keys, or one in all where there is none.</summary>
    public ODataRows Grouped(IReadOnlyCollection<string> keys, IReadOnlyCollection<ODataColumn> aggregates)
    {
        var names = keys.Select(DuckSql.Identifier).ToArray();
        var group = names.Length == 0 ? "" : $" GROUP BY {string.Join(", ", names)}";
        return new ODataRows
        {
            Relation = Relation,
            Bounds = Bounds,
            From = $"(SELECT {string.Join(", ", names.Concat(aggregates.Select(column => column.Sql)))} FROM {From}{group})",
            Type = ODataColumn.TypeOf(Type, [.. keys.Select(key => (key, Type.FindProperty(key).Type)), .. aggregates.Select(column => (column.Name, column.Type))]),
            Key = [.. keys],
            HasScanOrder = false,
            AreEntities = false,
        };
    }
}

/// <summary>A property that a request makes.</summary>
/// <param name="Name">The name it is given.</param>
/// <param name="Type">The type of its values.</param>
/// <param name="Expression">Its SQL.</param>
internal sealed record ODataColumn(string Name, IEdmTypeReference Type, string Expression)
{
    public string Sql => $"{Expression} AS {DuckSql.Identifier(Name)}";

    /// <summary>The type of rows with these properties.</summary>
    /// <exception cref="ODataFaultException">Two have one name; the engine does not tell upper case from lower.</exception>
    public static EdmEntityType TypeOf(IEdmEntityType origin, IEnumerable<(string Name, IEdmTypeReference Type)> properties)
    {
        var type = new EdmEntityType(origin.Namespace, origin.Name);
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        foreach (var (name, propertyType) in properties)
        {
            if (!names.Add(name))
                throw ODataFaultException.Bad($"there is a property {name} already; names that differ in case only are one name");
            type.AddStructuralProperty(name, propertyType);
        }

        return type;
    }
}
