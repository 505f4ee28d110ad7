using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.Benchmarks.Query.Questions;

/// <summary>The data files of a snapshot of a lake on a directory, every one of them.</summary>
internal sealed class PlainFiles
{
    private readonly IReadOnlyDictionary<string, string[]> files;
    private readonly IReadOnlyDictionary<string, string[]> tails;

    private PlainFiles(IReadOnlyDictionary<string, string[]> files, IReadOnlyDictionary<string, string[]> tails) => (this.files, this.tails) = (files, tails);

    /// <summary>Reads the newest version of each table.</summary>
    public static async Task<PlainFiles> ReadAsync(IObjectStore store, CancellationToken cancellationToken = default)
    {
        var snapshots = new Dictionary<string, TableSnapshot>();
        foreach (var table in LakeTables.WithRollups)
            snapshots[table.Name] = await new TableLog(store, table, TimeProvider.System).LoadAsync(cancellationToken: cancellationToken);
        var flows = snapshots[FlowColumns.Table.Name];
        return new PlainFiles(
            snapshots.ToDictionary(table => table.Key, table => table.Value.Files.Values.Select(add => PathTo(table.Key, add)).ToArray()),
            RollupTables.All.ToDictionary(rollup => rollup.Table.Name, rollup => RollupPlan.Tail(flows, RollupPlan.Mark(snapshots[rollup.Table.Name])).Select(add => PathTo(FlowColumns.Table.Name, add)).ToArray()));

        string PathTo(string table, AddAction add) => store.LocalPath($"{table}/{DeltaPath.Decode(add.Path)}") ?? throw new InvalidOperationException($"{store.Location} is no directory");
    }

    /// <summary>Paths of a table's files.</summary>
    public IReadOnlyList<string> Of(TableDefinition table) => files[table.Name];

    /// <summary>Paths of the files of flows that a rollup does not cover.</summary>
    public IReadOnlyList<string> TailOf(RollupDefinition rollup) => tails[rollup.Table.Name];
}
