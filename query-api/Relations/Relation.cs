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

    /// <summary>A SELECT for Athena, which has only <see cref="RelationSources.Files"/>; null where <see cref="Select"/> will do.</summary>
    public Func<RelationSources, string>? AthenaSelect { get; init; }

    /// <summary>The SELECT of the same rows with <see cref="KeyColumn"/> in front.</summary>
    public required Func<RelationSources, string> KeyedSelect { get; init; }

    /// <summary>True where rows keep their order from one run to the next without being sorted: the engine scans files in the order they are given.</summary>
    public required bool HasScanOrder { get; init; }

    /// <summary>The column that says when: the start of a row's window, or of its hour.</summary>
    public string TimeColumn => Column(HourlyRelations.TimeColumn)?.Name ?? "window_start";

    /// <summary>The first whole second, or hour for sums of hours, after a time; null where there is none.</summary>
    internal DateTimeOffset? After(DateTimeOffset time)
    {
        var step = TimeColumn == HourlyRelations.TimeColumn ? TimeSpan.TicksPerHour : TimeSpan.TicksPerSecond;
        return time < DateTimeOffset.MaxValue.AddDays(-1) ? new DateTimeOffset(((time.UtcTicks / step) + 1) * step, TimeSpan.Zero) : null;
    }

    /// <summary>True where a row's key begins with the name of the file it is in, so that a bound on <see cref="KeyColumn"/> says which file to read.</summary>
    public bool KeyNamesFile => TimeColumn != HourlyRelations.TimeColumn;

    /// <summary>Finds a column by its exact name.</summary>
    public RelationColumn? Column(string name) => Columns.FirstOrDefault(column => column.Name == name);
}
