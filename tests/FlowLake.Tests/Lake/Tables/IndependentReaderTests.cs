using System.Globalization;
using FlowLake.Ingest;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;
using FlowLake.Tests.Ingest;
using Xunit;

namespace FlowLake.Tests.Lake.Tables;

/// <summary>What ingest and maintenance write, read by readers nobody here wrote: data files of odd partitions, and checkpoints.</summary>
public sealed class IndependentReaderTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Data_files_and_checkpoints_are_read_alike_by_everybody()
    {
        using var store = ObjectStores.Open(folder.File("lake"));
        var start = TimeProvider.System.GetUtcNow().AddHours(-1);
        InboxSource[] sources = [.. new string?[] { "eu west", "a/b", "50%25", "zone-é", null }.Select((zone, index) => new InboxSource(store, $"node {index}/ü", zone, start.AddMilliseconds(index)))];
        foreach (var source in sources)
            await source.PutAsync(20);
        await IngestService.RunAsync(new IngestOptions { Lake = folder.File("lake"), WorkFolder = folder.File("work"), Log = TextWriter.Null }, follow: false, TestContext.Current.CancellationToken);
        var flows = await CheckpointedAsync(store, FlowColumns.Table);
        var coverage = await CheckpointedAsync(store, CoverageColumns.Table);
        (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound();
        (await DeltaChecker.CheckAsync(store, "coverage", folder.Path)).Sound();

        string[] dataFiles = [.. flows.Files.Keys.Select(path => store.LocalPath("flows/" + DeltaPath.Decode(path))!)];
        string[] checkpoints = [Checkpoint(store, "flows", flows), Checkpoint(store, "coverage", coverage)];
        var read = await IndependentReaders.ReadAsync([.. dataFiles, .. checkpoints]);
        Assert.Equal(sources.Sum(source => source.Payload), dataFiles.SelectMany(file => read[file].Agreed()).Sum(row => long.Parse(row.GetProperty("payload_to_server").GetString()!, CultureInfo.InvariantCulture)));
        Assert.Equal(sources.Length, dataFiles.Length);

        foreach (var (snapshot, file) in new[] { (flows, checkpoints[0]), (coverage, checkpoints[1]) })
        {
            var actions = read[file].Agreed();
            Assert.Equal(snapshot.Files.Keys, actions.Where(row => row.TryGetProperty("add", out _)).Select(row => row.GetProperty("add").GetProperty("path").GetString()!).Order(StringComparer.Ordinal));
            Assert.Equal(snapshot.Transactions.Keys, actions.Where(row => row.TryGetProperty("txn", out _)).Select(row => row.GetProperty("txn").GetProperty("appId").GetString()!).Order(StringComparer.Ordinal));
            Assert.Equal(snapshot.Metadata!.SchemaString, Assert.Single(actions, row => row.TryGetProperty("metaData", out _)).GetProperty("metaData").GetProperty("schemaString").GetString());
            Assert.Equal("2", Assert.Single(actions, row => row.TryGetProperty("protocol", out _)).GetProperty("protocol").GetProperty("minWriterVersion").GetString());
        }
    }

    private static async Task<TableSnapshot> CheckpointedAsync(IObjectStore store, TableDefinition table)
    {
        var log = new TableLog(store, table, TimeProvider.System);
        var snapshot = await log.LoadAsync(cancellationToken: TestContext.Current.CancellationToken);
        await log.WriteCheckpointAsync(snapshot, TestContext.Current.CancellationToken);
        return snapshot;
    }

    private static string Checkpoint(IObjectStore store, string table, TableSnapshot snapshot) => store.LocalPath($"{table}/{DeltaPath.LogFolder}{DeltaPath.CheckpointFile(snapshot.Version)}")!;
}
