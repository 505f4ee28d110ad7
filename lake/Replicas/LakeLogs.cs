using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Replicas;

/// <summary>The logs of a lake's tables, read again and again. For one caller at a time, but for <see cref="Newest"/>.</summary>
internal sealed class LakeLogs(IObjectStore store, TimeProvider timeProvider)
{
    /// <summary>Readings of rollups and flows in a row that did not go together, because maintenance was at work between them, before what was read is left.</summary>
    private const int ReadingsMax = 5;

    private static readonly ImmutableArray<TableDefinition> others = [.. LakeTables.All.Where(table => table != FlowColumns.Table)];

    // Rollups first, so that flows is not older than they are. Where a compaction came between, flows has a file that mixes what a rollup read before covers with later rows: then that rollup has moved as well.
    private static readonly ImmutableArray<TableDefinition> together = [.. RollupTables.All.Select(rollup => rollup.Table), FlowColumns.Table];

    private readonly ImmutableDictionary<string, TableLog> logs = LakeTables.WithRollups.ToImmutableDictionary(table => table.Name, table => new TableLog(store, table, timeProvider));
    private ImmutableDictionary<string, TableSnapshot> seen = ImmutableDictionary<string, TableSnapshot>.Empty;

    /// <summary>The newest version the table's log was seen to have; -1 before the first.</summary>
    public long Newest(string table) => Volatile.Read(ref seen).GetValueOrDefault(table)?.Version ?? -1;

    /// <summary>Reads what was committed since.</summary>
    /// <returns>The newest version of each table by its name, flows and rollups so that they go together; null where maintenance kept them from it.</returns>
    /// <exception cref="IOException">The store cannot be read.</exception>
    public async Task<ImmutableDictionary<string, TableSnapshot>?> ReadAsync(CancellationToken cancellationToken)
    {
        foreach (var table in others)
            await LoadAsync(table, cancellationToken);
        for (var reading = 0; reading < ReadingsMax; reading++)
        {
            foreach (var table in together)
                await LoadAsync(table, cancellationToken);
            if (RollupTables.All.All(rollup => RollupPlan.Fits(seen[FlowColumns.Table.Name], RollupPlan.Mark(seen[rollup.Table.Name]))))
                return seen;
        }

        return null;
    }

    private async Task LoadAsync(TableDefinition table, CancellationToken cancellationToken) =>
        Volatile.Write(ref seen, seen.SetItem(table.Name, await logs[table.Name].LoadAsync(seen.GetValueOrDefault(table.Name), cancellationToken)));
}
