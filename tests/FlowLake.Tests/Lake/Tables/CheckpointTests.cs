using System.Collections.Immutable;
using System.Text.Json;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Lake.Tables.Checkpoints;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Tests.Ingest;
using Xunit;

namespace FlowLake.Tests.Lake.Tables;

/// <summary>Checkpoints, the hint, clean-up and time travel, on the directory store.</summary>
public sealed class CheckpointTests : IDisposable
{
    private const string LogFolder = "coverage/_delta_log/";

    private readonly TemporaryFolder folder = new();
    private readonly IObjectStore store;
    private readonly List<TableSnapshot> versions = [];

    public CheckpointTests() => store = ObjectStores.Open(folder.File("lake"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_snapshot_comes_back_from_a_checkpoint_as_it_was()
    {
        var random = new Random(20_261_126);
        var snapshot = TableHistory.First;
        for (var version = 1; version < 60; version++)
            snapshot = snapshot.Apply(version, TableHistory.Next(snapshot, random));
        Assert.NotEmpty(snapshot.Tombstones);
        var read = await ThroughFileAsync(snapshot);
        Assert.Equal(TableHistory.Text(snapshot), TableHistory.Text(read));
        Assert.Equal(snapshot.Version, read.Version);
    }

    [Fact]
    public async Task A_checkpoint_holds_fifty_thousand_files_with_their_statistics()
    {
        const int Files = 50_000;
        var statistics = new string('s', 1_400);
        var partition = ImmutableSortedDictionary<string, string?>.Empty.Add("date", "2026-11-26").Add("zone", "a");
        var snapshot = TableHistory.First.Apply(1, Enumerable.Range(0, Files).Select(number => new AddAction(
            $"date=2026-11-26/zone=a/{number:D40}.parquet", partition, number, number, DataChange: true, $"{statistics}{number}", Tags: null)));
        var read = await ThroughFileAsync(snapshot);
        Assert.Equal(snapshot.Files.Count, read.Files.Count);
        Assert.All(read.Files.Values, file => Assert.Equal(snapshot.Files[file.Path].Stats, file.Stats));
    }

    [Fact]
    public async Task A_table_without_files_streams_and_tombstones_has_all_columns_of_a_checkpoint()
    {
        await CommitAsync(1);
        await Log().WriteCheckpointAsync(versions[^1], Token);
        Assert.Equal(TableHistory.Text(versions[^1]), TableHistory.Text(await Log().LoadAsync(cancellationToken: Token)));
        (await DeltaChecker.CheckAsync(store, "coverage", folder.Path)).Sound();
    }

    [Fact]
    public async Task Fields_of_others_go_through_commits_and_checkpoints()
    {
        const string Lines = """
            {"protocol":{"minReaderVersion":1,"minWriterVersion":2}}
            {"metaData":{"id":"x","name":"coverage","description":"kept","format":{"provider":"parquet","options":{"o":"1"}},"schemaString":"{\"type\":\"struct\",\"fields\":[]}","partitionColumns":["date"],"configuration":{"other":"2"},"createdTime":3,"metaNews":{"a":[1]}}}
            {"txn":{"appId":"a","version":4,"txnNews":5}}
            {"add":{"path":"p","partitionValues":{"date":null},"size":1,"modificationTime":2,"dataChange":true,"clusteringProvider":"liquid"}}
            {"remove":{"path":"q","deletionTimestamp":1793750400000,"dataChange":true,"extendedFileMetadata":false,"removeNews":null}}
            {"unknownAction":{"x":1}}
            {"cdc":{"path":"c"}}
            """;
        var snapshot = TableSnapshot.Empty.Apply(0, DeltaJson.Read(System.Text.Encoding.UTF8.GetBytes(Lines), "version 0"));
        var read = await ThroughFileAsync(snapshot);
        Assert.Equal(TableHistory.Text(snapshot), TableHistory.Text(read));
        foreach (var kept in new[] { "\"metaNews\":{\"a\":[1]}", "\"description\":\"kept\"", "\"options\":{\"o\":\"1\"}", "\"txnNews\":5", "\"clusteringProvider\":\"liquid\"", "\"removeNews\":null", "\"other\":\"2\"" })
            Assert.Contains(kept, TableHistory.Text(read), StringComparison.Ordinal);
        Assert.Null(read.Files["p"].PartitionValues["date"]);
    }

    [Fact]
    public void Tombstones_go_when_their_retention_has_ended()
    {
        var add = TableHistory.Add("x");
        var snapshot = TableHistory.First.Apply(1, [add]).Apply(2, [RemoveAction.Of(add, TableHistory.TimeOf(2), dataChange: true)]);
        Assert.Single(snapshot.CheckpointActions(TableHistory.TimeOf(2).AddDays(7)).OfType<RemoveAction>());
        Assert.Empty(snapshot.CheckpointActions(TableHistory.TimeOf(2).AddDays(7).AddMilliseconds(1)).OfType<RemoveAction>());
    }

    [Fact]
    public async Task Fifty_thousand_files_and_five_thousand_streams_go_through_a_checkpoint()
    {
        var adds = Enumerable.Range(0, 50_000).Select(file => (DeltaAction)TableHistory.Add($"{file:D6}", $"zone {file % 3}", 1 + (file % 28)));
        var streams = Enumerable.Range(0, 5_000).Select(stream => (DeltaAction)new TransactionAction($"node-{stream}/{stream}", stream, 1));
        var snapshot = TableHistory.First.Apply(1, [.. adds, .. streams]);
        var read = await ThroughFileAsync(snapshot);
        Assert.Equal(TableHistory.Text(snapshot), TableHistory.Text(read));
    }

    [Theory]
    [InlineData("right")]
    [InlineData("stale")]
    [InlineData("missing")]
    [InlineData("of a checkpoint that is not there")]
    [InlineData("nonsense")]
    [InlineData("empty")]
    public async Task The_newest_version_is_found_whatever_the_hint_says(string hint)
    {
        for (var version = 0; version < 12; version++)
        {
            await CommitAsync(version + 1);
            if (version is 3 or 8)
                await Log().WriteCheckpointAsync(versions[^1], Token);
        }

        const string Hint = LogFolder + "_last_checkpoint";
        switch (hint)
        {
            case "stale": await store.PutAsync(Hint, """{"version":3,"size":4}"""u8.ToArray(), Token); break;
            case "missing": await store.DeleteAsync([Hint], Token); break;
            case "of a checkpoint that is not there": await store.PutAsync(Hint, """{"version":400,"size":4}"""u8.ToArray(), Token); break;
            case "nonsense": await store.PutAsync(Hint, "{"u8.ToArray(), Token); break;
            case "empty": await store.PutAsync(Hint, Array.Empty<byte>(), Token); break;
        }

        var loaded = await Log().LoadAsync(cancellationToken: Token);
        Assert.Equal((11, TableHistory.Text(versions[^1]), versions[^1].CommittedAt), (loaded.Version, TableHistory.Text(loaded), loaded.CommittedAt));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_checkpoint_is_passed_over_while_anything_older_serves(bool cutShort)
    {
        for (var version = 0; version < 8; version++)
        {
            await CommitAsync(version + 1);
            if (version is 2 or 5)
                await Log().WriteCheckpointAsync(versions[^1], Token);
        }

        await BreakAsync(5, cutShort);
        Assert.Equal(TableHistory.Text(versions[^1]), TableHistory.Text(await Log().LoadAsync(cancellationToken: Token)));
        await store.DeleteAsync([.. Enumerable.Range(0, 2).Select(version => LogFolder + DeltaPath.CommitFile(version))], Token);
        Assert.Equal(TableHistory.Text(versions[^1]), TableHistory.Text(await Log().LoadAsync(cancellationToken: Token)));
        await BreakAsync(2, cutShort);
        var exception = await Assert.ThrowsAsync<DeltaLogException>(() => Log().LoadAsync(cancellationToken: Token));
        Assert.Contains("version 0 of table coverage is missing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Clean_up_goes_up_to_a_complete_checkpoint_past_the_retention_and_no_further()
    {
        for (var version = 0; version < 10; version++)
        {
            await CommitAsync(version + 1);
            if (version is 2 or 5 or 9)
                await Log().WriteCheckpointAsync(versions[^1], Token);
        }

        // Files of the log get the ages of a table to which a version a day came, the last one now.
        var now = TimeProvider.System.GetUtcNow();
        for (var version = 0; version < 10; version++)
            File.SetLastWriteTimeUtc(store.LocalPath(LogFolder + DeltaPath.CommitFile(version))!, now.AddDays(version - 9 - 23).UtcDateTime);
        var known = versions[2];
        Assert.Equal(["00000000000000000000.json", "00000000000000000001.json"], await ExpiredAsync(now));
        Assert.Equal(6, (await ExpiredAsync(now.AddDays(5))).Length);
        await BreakAsync(5, cutShort: true);
        Assert.Empty(await ExpiredAsync(now.AddDays(5)));
        await Log().WriteCheckpointAsync(versions[5], Token);

        await store.DeleteAsync([.. (await ExpiredAsync(now.AddDays(5))).Select(name => LogFolder + name)], Token);
        (await DeltaChecker.CheckAsync(store, "coverage", folder.Path)).Sound();
        Assert.Equal(TableHistory.Text(versions[^1]), TableHistory.Text(await Log().LoadAsync(cancellationToken: Token)));
        Assert.Equal(TableHistory.Text(versions[^1]), TableHistory.Text(await Log().LoadAsync(known, Token)));
        Assert.Equal(TableHistory.Text(versions[7]), TableHistory.Text(await Log().LoadVersionAsync(7, Token)));
        Assert.Equal(5, (await Log().ListAsync(Token)).OldestLoadable);
        var exception = await Assert.ThrowsAsync<DeltaLogException>(() => Log().LoadVersionAsync(4, Token));
        Assert.Contains("versions 5 to 9", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_version_or_a_moment_can_be_travelled_to_also_where_the_clock_went_back()
    {
        for (var version = 0; version < 6; version++)
            await CommitAsync(version + 1);
        await Log().WriteCheckpointAsync(versions[3], Token);
        DateTimeOffset[] times = [.. new[] { 0, 60, 30, 30, 120, 180 }.Select(seconds => TableHistory.Start.AddSeconds(seconds))];
        foreach (var (version, time) in times.Index())
            File.SetLastWriteTimeUtc(store.LocalPath(LogFolder + DeltaPath.CommitFile(version))!, time.UtcDateTime);
        foreach (var version in Enumerable.Range(0, 6))
            Assert.Equal(TableHistory.Text(versions[version]), TableHistory.Text(await Log().LoadVersionAsync(version, Token)));
        Assert.Equal(0, (await Log().LoadAsOfAsync(times[1].AddTicks(-1), Token)).Version);
        Assert.Equal(1, (await Log().LoadAsOfAsync(times[1], Token)).Version);
        Assert.Equal(3, (await Log().LoadAsOfAsync(times[1].AddSeconds(1), Token)).Version);
        Assert.Equal(5, (await Log().LoadAsOfAsync(times[5].AddYears(1), Token)).Version);
        await Assert.ThrowsAsync<DeltaLogException>(() => Log().LoadAsOfAsync(TableHistory.Start.AddTicks(-1), Token));
        await Assert.ThrowsAsync<DeltaLogException>(() => Log().LoadVersionAsync(6, Token));
        Assert.Equal([5, 4, 3], (await Log().HistoryAsync(await Log().ListAsync(Token), 3, Token)).Select(version => version.Version));
    }

    [Fact]
    public async Task A_checkpoint_of_a_protocol_nobody_here_knows_is_refused_with_its_numbers()
    {
        await CommitAsync(1);
        var newer = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>("""{"readerFeatures":["deletionVectors"]}""");
        await new ParquetCheckpoints(store).WriteAsync(LogFolder + DeltaPath.CheckpointFile(0), [new ProtocolAction(3, 7) { UnknownFields = newer }, TableHistory.Metadata], Token);
        var exception = await Assert.ThrowsAsync<DeltaLogException>(() => Log().LoadAsync(cancellationToken: Token));
        Assert.Contains("reader 3 and writer 7 (readerFeatures [\"deletionVectors\"])", exception.Message, StringComparison.Ordinal);
    }

    private TableLog Log(TimeProvider? clock = null) => new(store, CoverageColumns.Table, clock ?? TimeProvider.System);

    private async Task CommitAsync(long sequence)
    {
        var basis = versions.Count == 0 ? TableSnapshot.Empty : versions[^1];
        versions.Add(Assert.IsType<CommitResult.Committed>(await Log().TryCommitAsync(basis, "WRITE", [new TransactionAction("app", sequence, 0)], cancellationToken: Token)).Snapshot);
    }

    private async Task<string[]> ExpiredAsync(DateTimeOffset now)
    {
        var log = Log(new StandingClock(now));
        return [.. (await log.ExpiredLogFilesAsync(await log.ListAsync(Token), versions[^1], Token)).Select(key => key[LogFolder.Length..])];
    }

    private async Task BreakAsync(long version, bool cutShort)
    {
        var key = LogFolder + DeltaPath.CheckpointFile(version);
        var content = (await store.ReadAsync(key, Token))!;
        await store.PutAsync(key, cutShort ? content[..(content.Length / 2)] : "nonsense"u8.ToArray(), Token);
    }

    private async Task<TableSnapshot> ThroughFileAsync(TableSnapshot snapshot)
    {
        var files = new ParquetCheckpoints(new DistantStore(store));
        await files.WriteAsync("checkpoint", [.. snapshot.CheckpointActions(TableHistory.Start)], Token);
        return TableSnapshot.FromCheckpoint(snapshot.Version, await files.ReadAsync("checkpoint", Token), snapshot.CommittedAt);
    }
}
