using System.Collections.Immutable;

namespace FlowLake.QueryApi.Relations;

/// <summary>Something that can be asked for by name: a view over the lake's tables.</summary>
/// <param name="Name">Its name in SQL.</param>
/// <param name="EntitySet">Its name in OData, or null where OData does not show it.</param>
/// <param name="Description">What a row of it is.</param>
/// <param name="Columns">Its columns in their order.</param>
public sealed record Relation(string Name, string? EntitySet, string Description, ImmutableArray<RelationColumn> Columns)
{
    /// <summary>The column that <see cref="KeyedView"/> adds: a text that differs from row to row and stays the same while the snapshot does.</summary>
    public const string KeyColumn = "id";

    /// <summary>The view's SELECT, given the schema that holds the views it reads.</summary>
    public required Func<RelationSchema, string> Select { get; init; }

    /// <summary>The SELECT of <see cref="KeyedView"/>: the same rows with <see cref="KeyColumn"/> in front.</summary>
    public required Func<RelationSchema, string> KeyedSelect { get; init; }

    /// <summary>True where rows keep their order from one run to the next without being sorted: the engine scans files in the order they are given.</summary>
    public required bool HasScanOrder { get; init; }

    /// <summary>The name of the view with keys. Statements of users cannot name it.</summary>
    public string KeyedView => "keyed_" + Name;

    /// <summary>Finds a column by its exact name.</summary>
    public RelationColumn? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);
}

/// <summary>What the SELECT of a relation depends on beside its definition.</summary>
/// <param name="Name">The schema of one snapshot's views.</param>
/// <param name="Prices">What traffic between zones costs.</param>
public sealed record RelationSchema(string Name, Schemas.Costs.PriceList Prices)
{
    /// <summary>The name of a view in this schema.</summary>
    public string View(string name) => $"{Name}.{name}";
}
