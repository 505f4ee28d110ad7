using System.Text.Json;
using FlowLake.Ingest;
using FlowLake.Ingest.Rounds;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>Inbox files into tables, on a directory, with the real engine.</summary>
public sealed class IngestTests : IDisposable
{
    private static readonly DateTimeOffset Now = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private readonly IObjectStore store;
    private readonly StringWriter log = new();

    public IngestTests() => store = ObjectStores.Open(folder.File("lake"));

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task Rows_and_coverage_of_many_nodes_come_into_the_tables_once()
    {
        InboxSource[] sources = [Source("node-a", "zone-a"), Source("node-b", "zone-b"), Source("node c/ä", null)];
        foreach (var source in sources)
        {
            for (var file = 0; file < 4; file++)
                await source.PutAsync(file * 10);
        }

        var totals = await IngestAsync();
        Assert.Equal(12, totals.Files);
        Assert.Equal(12, totals.Deleted);
        Assert.Equal(0, totals.Quarantined);
        var flows = await FlowsAsync();
        Assert.Equal([[sources.Sum(source => source.Rows), sources.Sum(source => source.Payload)]], flows.Ask("SELECT count(*), sum(payload_to_server)::BIGINT FROM rows"));
        Assert.Equal([[null, 60L], ["zone-a", 60L], ["zone-b", 60L]], flows.Ask("SELECT zone, count(*) FROM rows GROUP BY zone ORDER BY zone NULLS FIRST"));
        Assert.Equal(12, (await CoverageAsync()).Rows);
        Assert.All(sources, source => Assert.Equal(4, flows.Transactions[source.Stream.AppId]));
        Assert.Empty(await KeysAsync(InboxKey.Prefix));
    }

    [Fact]
    public async Task Nothing_to_do_makes_no_version()
    {
        Assert.Equal(IngestTotals.None, await IngestAsync());
        Assert.Empty(await KeysAsync(""));
    }

    [Fact]
    public async Task Files_without_rows_still_move_their_stream()
    {
        var source = Source("node-a", "zone-a");
        await source.PutAsync(0);
        await IngestAsync();
        var flows = await FlowsAsync();
        Assert.Equal((0, 0, 1), (flows.Version, flows.Files, flows.Transactions[source.Stream.AppId]));
        Assert.Equal(1, (await CoverageAsync()).Rows);
    }

    [Fact]
    public async Task A_gap_holds_its_stream_back_and_no_other()
    {
        var (held, free) = (Source("node-a", "zone-a"), Source("node-b", "zone-b"));
        var first = await held.PutAsync(5);
        await held.PutAsync(5);
        await free.PutAsync(7);
        var path = folder.File("first");
        await store.DownloadAsync(first.Key, path, cancellationToken: TestContext.Current.CancellationToken);
        await store.DeleteAsync([first.Key], TestContext.Current.CancellationToken);

        await IngestAsync();
        Assert.Equal(7, (await FlowsAsync()).Rows);
        Assert.Contains("1 inbox files wait", log.ToString(), StringComparison.Ordinal);

        await store.UploadAsync(first.Key, path, TestContext.Current.CancellationToken);
        await IngestAsync();
        Assert.Equal(17, (await FlowsAsync()).Rows);
    }

    [Fact]
    public async Task A_file_that_is_put_again_after_it_was_taken_is_deleted_and_not_taken_again()
    {
        var source = Source("node-a", "zone-a");
        var key = await source.PutAsync(5);
        var path = folder.File("again");
        await store.DownloadAsync(key.Key, path, cancellationToken: TestContext.Current.CancellationToken);
        await IngestAsync();
        await store.UploadAsync(key.Key, path, TestContext.Current.CancellationToken);
        var totals = await IngestAsync();
        Assert.Equal((0, 1L), (totals.Commits, totals.Deleted));
        Assert.Equal(5, (await FlowsAsync()).Rows);
    }

    [Fact]
    public async Task Foreign_objects_are_left_alone_and_said_and_stand_in_nobodys_way()
    {
        foreach (var name in new[] { "inbox/README", "inbox/node-a/not-a-uuid/00000000000000000001.parquet", "inbox/a", "inbox/b" })
            await store.PutAsync(name, "x"u8.ToArray(), TestContext.Current.CancellationToken);
        await Source("node-a", "zone-a").PutAsync(5);
        await IngestAsync(options => options with { FilesPerCommitMax = 1 });
        Assert.Equal(5, (await FlowsAsync()).Rows);
        Assert.Equal(4, (await KeysAsync(InboxKey.Prefix)).Count);
        Assert.Contains("4 objects below inbox/ are no inbox files", log.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Rounds_are_bounded_in_files_and_in_bytes()
    {
        var source = Source("node-a", "zone-a");
        for (var file = 0; file < 7; file++)
            await source.PutAsync(3);
        await IngestAsync(options => options with { FilesPerCommitMax = 3 });
        Assert.Equal((2, 21), ((await FlowsAsync()).Version, (await FlowsAsync()).Rows));
    }

    [Fact]
    public async Task Data_files_are_sorted_and_have_statistics_that_hold_for_odd_text()
    {
        string[] odd = ["", "a", "\u0001", "ä\uffff", "\U0010ffff\U0010ffff", string.Concat(Enumerable.Repeat("\U0010ffff", 40)), new string('z', 40), "it's \"quoted\" \\ , = }", "a\0b", "😀😀", new string('ÿ', 33)];
        var source = new InboxSource(store, "node-a", "zone-a", Now.AddHours(-1));
        await source.PutFileAsync(path => FlowLake.Lake.Tables.InboxFile.Write(
            path,
            [.. odd.Select((text, index) => InboxSource.Flow("node-a", "zone-a", Now.AddHours(-1).AddTicks(12_345_670 + index), index, index) with
            {
                Client = new FlowEnd { Kind = EndKind.Pod, Workload = text, Namespace = text, Pod = text },
            })],
            []));
        await IngestAsync();
        var flows = await FlowsAsync();
        Assert.Equal(odd.Length, flows.Rows);
        Assert.Equal([[1L, 0L]], flows.Ask("SELECT count(*) FILTER (client_workload IS NULL), count(*) FILTER (client_workload = '') FROM rows"));
        var file = Assert.Single(await KeysAsync("flows/date=2026-11-21/zone=zone-a/"));
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        using var inOrder = connection.QueryMaterialized($"SELECT is_primary, client_workload FROM read_parquet({DuckSql.Literal(store.LocalPath(file)!)}, hive_partitioning = false)");
        using var sorted = connection.QueryMaterialized($"SELECT is_primary, client_workload FROM read_parquet({DuckSql.Literal(store.LocalPath(file)!)}, hive_partitioning = false) ORDER BY is_primary DESC, client_workload");
        Assert.Equal(sorted.Rows(), inOrder.Rows());
    }

    [Fact]
    public async Task Rows_on_both_sides_of_midnight_and_odd_zones_go_to_their_partitions()
    {
        var source = new InboxSource(store, "node-a", null, Now);
        string?[] zones = ["eu west/1a", "%", "__HIVE_DEFAULT_PARTITION__", "NULL", "a=b", "é", "..", null];
        await source.PutFileAsync(path => FlowLake.Lake.Tables.InboxFile.Write(
            path,
            [.. zones.SelectMany((zone, index) => new[] { -1, 0 }.Select(second => InboxSource.Flow("node-a", zone, new DateTimeOffset(2026, 11, 21, 0, 0, 0, TimeSpan.Zero).AddSeconds(second), index, 1)))],
            []));
        await IngestAsync();
        var flows = await FlowsAsync();
        Assert.Equal(zones.Length * 2, flows.Files);
        Assert.Equal(zones.Order(StringComparer.Ordinal), flows.Ask("SELECT DISTINCT zone FROM rows").Select(row => (string?)row[0]).Order(StringComparer.Ordinal));
        Assert.Equal([["2026-11-20", 8L], ["2026-11-21", 8L]], flows.Ask("SELECT date::VARCHAR, count(*) FROM rows GROUP BY date ORDER BY date"));
    }

    [Fact]
    public async Task Columns_a_file_lacks_are_null()
    {
        var source = Source("node-a", "zone-a");
        await source.PutAsync(3);
        await source.PutFileAsync(path => Write(path, "SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-a' AS node, 5::SMALLINT AS payload_to_server"));
        await IngestAsync();
        Assert.Equal([[4L, 1L]], (await FlowsAsync()).Ask("SELECT count(*), count(*) FILTER (client_pod IS NULL AND payload_to_server = 5) FROM rows"));
        Assert.Empty(await KeysAsync("quarantine/"));
    }

    [Fact]
    public async Task Old_files_alone_lack_columns_too()
    {
        await Source("node-a", "zone-a").PutFileAsync(path => Write(path, "SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-a' AS NODE"));
        await IngestAsync();
        Assert.Equal([[null, "node-a"]], (await FlowsAsync()).Ask("SELECT zone, node FROM rows"));
    }

    [Theory]
    [InlineData("SELECT NULL::TIMESTAMPTZ AS window_start, 'node-a' AS node", "have no window_start")]
    [InlineData("SELECT 'node-a' AS node", "have no window_start")]
    [InlineData("SELECT TIMESTAMPTZ '2026-11-21 12:11:00+00' AS window_start, 'node-a' AS node", "more than 10 minutes after")]
    [InlineData("SELECT TIMESTAMPTZ '2026-08-20 12:00:00+00' AS window_start, 'node-a' AS node", "more than 90 days before")]
    [InlineData("SELECT TIMESTAMPTZ '20260-08-20 12:00:00+00' AS window_start, 'node-a' AS node", "more than 10 minutes after")]
    [InlineData("SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-b' AS node", "names node \"node-b\"")]
    [InlineData("SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, unnest(['node-a', NULL]) AS node", "names node")]
    [InlineData("SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-a' AS node, 'x' AS server_port", "column server_port is VARCHAR")]
    [InlineData("SELECT TIMESTAMP '2026-11-21 11:00:00' AS window_start, 'node-a' AS node", "column window_start is TIMESTAMP")]
    [InlineData("SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-a' AS node, {'a': 1} AS zone", "column zone is nested")]
    [InlineData("SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-a' AS node, repeat('z', 300) AS zone", "cannot name a folder")]
    [InlineData("SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-a' AS node, 'z' || i AS zone FROM range(40) t(i)", "40 partitions")]
    public async Task A_file_whose_rows_break_a_rule_is_quarantined_and_the_rest_goes_on(string select, string reason)
    {
        var (bad, good) = (Source("node-a", "zone-a"), Source("node-b", "zone-b"));
        await bad.PutAsync(2);
        var key = await bad.PutFileAsync(path => Write(path, select));
        await bad.PutAsync(3);
        await good.PutAsync(4);
        await AssertQuarantinedAsync(key, reason, rowsLeft: 9);
    }

    [Fact]
    public async Task A_file_that_is_no_parquet_is_quarantined()
    {
        var source = Source("node-a", "zone-a");
        await source.PutAsync(2);
        var key = await source.PutFileAsync(path => File.WriteAllText(path, "no parquet"));
        await AssertQuarantinedAsync(key, "Parquet file", rowsLeft: 2);
    }

    [Fact]
    public async Task A_file_with_a_torn_page_in_a_column_nobody_judges_is_quarantined()
    {
        var source = Source("node-a", "zone-a");
        await source.PutAsync(2);
        var key = await source.PutFileAsync(path =>
        {
            Write(path, "SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-a' AS node, hash(i)::VARCHAR AS client_pod FROM range(5000) t(i)");
            var content = File.ReadAllBytes(path);
            content.AsSpan(content.Length / 2, 2_000).Fill(0x55);
            File.WriteAllBytes(path, content);
        });
        await source.PutAsync(2);
        await AssertQuarantinedAsync(key, "Failed to read file", rowsLeft: 4);
    }

    [Theory]
    [InlineData("[{\"node\": 5}]", "cannot be read")]
    [InlineData("nonsense", "cannot be read")]
    [InlineData("[{\"window_start\":\"2026-11-21T11:00:00+00:00\",\"window_seconds\":60,\"node\":\"node-b\",\"incarnation\":\"?\",\"reason\":\"observed\",\"unit\":\"flows\",\"amount\":1}]", "names node \"node-b\"")]
    [InlineData("[{\"window_start\":\"2026-11-21T11:00:00+00:00\",\"window_seconds\":60,\"node\":\"node-a\",\"incarnation\":\"other\",\"reason\":\"observed\",\"unit\":\"flows\",\"amount\":1}]", "of incarnation \"other\"")]
    [InlineData("[{\"window_start\":\"2031-11-21T11:00:00+00:00\",\"window_seconds\":60,\"node\":\"node-a\",\"incarnation\":\"?\",\"reason\":\"observed\",\"unit\":\"flows\",\"amount\":1}]", "for coverage has window_start")]
    public async Task A_file_with_bad_coverage_is_quarantined_with_all_its_rows(string coverage, string reason)
    {
        var source = Source("node-a", "zone-a");
        var key = await source.PutFileAsync(path => Write(
            path,
            "SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-a' AS node",
            coverage.Replace("?", $"{source.Stream.Incarnation:D}", StringComparison.Ordinal)));
        await source.PutAsync(2);
        await AssertQuarantinedAsync(key, reason, rowsLeft: 2);
    }

    [Fact]
    public async Task Many_bad_files_among_many_good_ones_are_all_found()
    {
        var source = Source("node-a", "zone-a");
        var bad = new List<InboxKey>();
        for (var file = 0; file < 40; file++)
        {
            if (file % 7 == 3)
                bad.Add(await source.PutFileAsync(path => File.WriteAllText(path, $"bad {file}")));
            else
                await source.PutAsync(1);
        }

        var totals = await IngestAsync();
        Assert.Equal(bad.Count, totals.Quarantined);
        Assert.Equal(40 - bad.Count, (await FlowsAsync()).Rows);
        Assert.Equal(bad.Count * 2, (await KeysAsync("quarantine/")).Count);
    }

    [Fact]
    public async Task What_the_first_table_has_passed_as_bad_no_later_table_takes()
    {
        // As if an ingest had died between its two commits, and the file had become good by then.
        var source = Source("node-a", "zone-a");
        var key = await source.PutAsync(3);
        var path = folder.File("copy");
        await store.DownloadAsync(key.Key, path, cancellationToken: TestContext.Current.CancellationToken);
        await IngestAsync();
        await store.DeleteAsync(await KeysAsync("coverage/"), TestContext.Current.CancellationToken);
        await store.UploadAsync(key.Key, path, TestContext.Current.CancellationToken);
        await store.PutAsync($"quarantine/{key.Key}.reason.json", "{}"u8.ToArray(), TestContext.Current.CancellationToken);
        await IngestAsync();
        var coverage = await CoverageAsync();
        Assert.Equal((0, 0, 1), (coverage.Version, coverage.Files, coverage.Transactions[source.Stream.AppId]));
    }

    [Fact]
    public async Task Side_objects_come_into_their_tables_with_their_file_and_go_with_it()
    {
        var source = Source("node-a", "zone-a");
        await source.PutWithSidesAsync(3, dns: 5, drops: 2);
        await source.PutAsync(1);
        await source.PutWithSidesAsync(0, dns: 1, drops: 0);
        var totals = await IngestAsync(options => options with { FilesPerCommitMax = 2 });
        Assert.Equal((3L, 6L), (totals.Files, totals.Deleted));
        var dns = await TableAsync("dns");
        Assert.Equal([[6L, source.Queries]], dns.Ask("SELECT count(*), sum(queries)::BIGINT FROM rows"));
        Assert.Equal(3, dns.Transactions[source.Stream.AppId]);
        Assert.Equal([[2L, source.Drops]], (await TableAsync("drops")).Ask("SELECT count(*), sum(packets)::BIGINT FROM rows"));
        Assert.Empty(await KeysAsync(InboxKey.Prefix));
    }

    [Fact]
    public async Task A_bad_side_object_takes_its_file_along_and_is_copied_with_it()
    {
        var source = Source("node-a", "zone-a");
        await source.PutSideAsync("dns", path => File.WriteAllText(path, "this is no Parquet file"));
        var key = await source.PutAsync(4, "dns");
        await source.PutAsync(2);
        await AssertQuarantinedAsync(key, ".dns.parquet", rowsLeft: 2);
        Assert.Equal("this is no Parquet file"u8.ToArray(), await store.ReadAsync("quarantine/" + new SideObject(key, "dns").Key, TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task Rows_of_another_node_in_a_side_object_make_its_file_a_bad_one()
    {
        var source = Source("node-a", "zone-a");
        await source.PutSideAsync("dns", path => FlowLake.Lake.Tables.InboxFile.WriteSide(path, DnsColumns.Table, [InboxSource.Dns("node-b", null, Now.AddHours(-1), 1, 1)]));
        await AssertQuarantinedAsync(await source.PutAsync(4, "dns"), "names node \"node-b\"", rowsLeft: 0);
        Assert.Equal(0, (await TableAsync("dns")).Rows);
    }

    [Fact]
    public async Task A_file_whose_side_object_is_not_there_is_a_bad_one()
    {
        var key = await Source("node-a", "zone-a").PutAsync(4, "drops");
        await AssertQuarantinedAsync(key, ".drops.parquet, which it names, is not there", rowsLeft: 0);
    }

    [Fact]
    public async Task A_side_object_nobody_names_stays_until_its_stream_has_passed_and_is_no_row()
    {
        var source = Source("node-a", "zone-a");
        var orphan = await source.PutSideAsync("dns", path => FlowLake.Lake.Tables.InboxFile.WriteSide(path, DnsColumns.Table, [InboxSource.Dns("node-a", null, Now.AddHours(-1), 1, 1)]));
        Assert.Equal(IngestTotals.None, await IngestAsync());
        Assert.Equal([orphan.Key], await KeysAsync(InboxKey.Prefix));
        Assert.DoesNotContain("no inbox files", log.ToString(), StringComparison.Ordinal);

        await source.PutAsync(1);
        await IngestAsync();
        Assert.Empty(await KeysAsync(InboxKey.Prefix));
        Assert.Equal(0, (await TableAsync("dns")).Rows);
    }

    private static void Write(string path, string select, string? coverage = null)
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        var metadata = coverage is null ? "" : $", KV_METADATA {{{DuckSql.Literal(CoverageColumns.MetadataKey)}: {DuckSql.Literal(coverage)}}}";
        connection.Execute($"COPY ({select}) TO {DuckSql.Literal(path)} (FORMAT parquet, COMPRESSION zstd{metadata})");
    }

    private async Task AssertQuarantinedAsync(InboxKey key, string reason, long rowsLeft)
    {
        var content = await store.ReadAsync(key.Key, TestContext.Current.CancellationToken);
        var totals = await IngestAsync();
        Assert.Equal(1, totals.Quarantined);
        Assert.Equal(content, await store.ReadAsync("quarantine/" + key.Key, TestContext.Current.CancellationToken));
        using var note = JsonDocument.Parse((await store.ReadAsync($"quarantine/{key.Key}.reason.json", TestContext.Current.CancellationToken))!);
        Assert.Contains(reason, note.RootElement.GetProperty("reason").GetString(), StringComparison.Ordinal);
        Assert.Equal(key.Key, note.RootElement.GetProperty("key").GetString());
        var flows = await FlowsAsync();
        Assert.Equal(rowsLeft, flows.Rows);
        await CoverageAsync();
        Assert.Empty(await KeysAsync(InboxKey.Prefix));
        Assert.Contains(key.Key, log.ToString(), StringComparison.Ordinal);
    }

    private InboxSource Source(string node, string? zone) => new(store, node, zone, Now.AddHours(-2));

    private async Task<IngestTotals> IngestAsync(Func<IngestOptions, IngestOptions>? change = null)
    {
        var options = new IngestOptions { Lake = folder.File("lake"), WorkFolder = folder.File("work"), Log = log, Threads = 2 };
        using var service = IngestService.Open(change?.Invoke(options) ?? options, new StandingClock(Now));
        var totals = await service.Loop.DrainAsync(TestContext.Current.CancellationToken);
        Assert.All(Directory.EnumerateDirectories(folder.File("work")), run => Assert.Empty(Directory.EnumerateFileSystemEntries(run)));
        return totals;
    }

    private Task<DeltaReport> FlowsAsync() => TableAsync("flows");

    private Task<DeltaReport> CoverageAsync() => TableAsync("coverage");

    private async Task<DeltaReport> TableAsync(string table) => (await DeltaChecker.CheckAsync(store, table, folder.Path)).Sound();

    private async Task<List<string>> KeysAsync(string prefix) =>
        await store.ListAsync(prefix, cancellationToken: TestContext.Current.CancellationToken).Select(stored => stored.Key).ToListAsync(TestContext.Current.CancellationToken);
}
