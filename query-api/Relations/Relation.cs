using System.Collections.Immutable;

namespace FlowLake.QueryApi.Relations;

/// <summary>Something that can be asked for by name: a SELECT over the lake's tables.</summary>
/// <param name="Name">Its name in SQL.</param>
/// <param name="EntitySet">Its name in OData, or null where OData does not show it.</param>
/// <param name="Description">What a row of it is.</param>
/// <param name="Columns">Its columns in their order.</param>
public sealed record Relation(string Name, string? EntitySet, string Description, ImmutableArray<RelationColumn> Columns)
{
    /// <summary>The column that <see cref="KeyedSelect"/> adds: a text that differs from row to row and stays the same while the snapshot does.</summary>
    public const string KeyColumn = "id";

    /// <summary>Its SELECT, given the files it reads.</summary>
    public required Func<RelationSources, string> Select { get; init; }

    /// <summary>The SELECT of the same rows with <see cref="KeyColumn"/> in front.</summary>
    public required Func<RelationSources, string> KeyedSelect { get; init; }

    /// <summary>True where rows keep their order from one run to the next without being sorted: the engine scans files in the order they are given.</summary>
    public required bool HasScanOrder { get; init; }

    /// <summary>Finds a column by its exact name.</summary>
    public RelationColumn? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);
}
