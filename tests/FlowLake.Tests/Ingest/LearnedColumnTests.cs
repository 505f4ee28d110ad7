using System.Text.Json;
using FlowLake.Lake.Tables;
using FlowLake.QueryApi;
using FlowLake.QueryApi.Sql;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;
using FlowLake.Schemas.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>Agents of two generations: older ones lack columns, newer ones bring some. The table grows by a commit and nothing is dropped.</summary>
public sealed class LearnedColumnTests : IDisposable
{
    private const string More = "payload_to_server % 7 AS tls_version, 'h' || payload_to_server AS sni, window_start AS first_seen";

    private readonly LakeUnderIngest lake = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => lake.Dispose();

    [Theory]
    [InlineData(true, true)]
    [InlineData(true, false)]
    [InlineData(false, true)]
    [InlineData(false, false)]
    public async Task Old_and_new_files_in_either_order_in_one_batch_or_two_keep_every_value(bool oldFirst, bool oneBatch)
    {
        var first = lake.Source("node-1");
        var second = lake.Source("node-2");
        var (older, newer) = oldFirst ? (first, second) : (second, first);
        newer.More = More;
        newer.MoreDns = "queries AS asked";
        await first.PutWithSidesAsync(5, dns: 2, drops: 0);
        if (!oneBatch)
            await lake.IngestAsync();
        await second.PutWithSidesAsync(6, dns: 2, drops: 0);
        Assert.Equal(0, (await lake.IngestAsync()).Quarantined);

        await AssertSumsAsync(older, newer);
        Assert.Equal([[4L, newer.Queries]], (await lake.TableAsync("dns")).Ask("SELECT count(*), sum(asked)::BIGINT FROM rows"));
        Assert.Equal(["first_seen", "sni", "tls_version"], (await ColumnsAsync("flows")).Skip(FlowColumns.All.Length));
        Assert.Contains("ingest: flows has the column tls_version from version", lake.Log, StringComparison.Ordinal);

        // What the table learned stays learned: files of both kinds go on.
        await older.PutAsync(3);
        await newer.PutAsync(4);
        await lake.IngestAsync();
        await AssertSumsAsync(older, newer);
    }

    [Fact]
    public async Task Compaction_rollups_checkpoints_and_queries_go_on_over_all_generations()
    {
        var older = lake.Source("node-1");
        var newer = lake.Source("node-2");
        newer.More = More;
        for (var round = 0; round < 5; round++)
        {
            await older.PutAsync(5);
            await newer.PutAsync(6);
            await lake.IngestAsync();
            // Before its second round the newest agent brings one column more.
            newer.More = More + ", true AS resumed";
        }

        var before = await AnswersAsync();
        lake.Now = lake.Now.AddDays(2);
        var reports = await lake.MaintainAsync();
        Assert.Contains(reports, report => report is { Table: "flows", Task: "compaction", Done: 5 });
        Assert.Contains(reports, report => report is { Table: "flows", Task: "rollup", Done: > 0 });
        Assert.Contains(reports, report => report is { Table: "flows", Task: "checkpoint", Done: 1 });
        Assert.Equal(before, await AnswersAsync());
        await AssertSumsAsync(older, newer);
        Assert.Equal([[24L]], (await lake.TableAsync("flows")).Ask("SELECT count(resumed) FROM rows"));
        Assert.Equal(1, (await lake.TableAsync("flows")).Files);

        // The schema comes out of the checkpoint as it went in, and files after it lie beside the compacted one.
        await newer.PutAsync(2);
        await older.PutAsync(1);
        await lake.IngestAsync();
        await AssertSumsAsync(older, newer);
        Assert.Equal(["first_seen", "sni", "tls_version", "resumed"], (await ColumnsAsync("flows")).Skip(FlowColumns.All.Length));
        var snapshot = await new TableLog(lake.Store, FlowColumns.Table, TimeProvider.System).LoadAsync(cancellationToken: Token);
        Assert.All(snapshot.Files.Values, add => Assert.Equal("1.4", add.Tags![DeltaSchema.GenerationTag]));
        Assert.Equal([[older.Rows + newer.Rows]], await AskAsync("SELECT count(*) FROM flow_rows"));
    }

    [Fact]
    public async Task Two_ingests_at_once_with_columns_of_their_own_lose_none()
    {
        InboxSource[] sources = [.. Enumerable.Range(0, 6).Select(node => lake.Source($"node-{node}"))];
        string[] more = ["", "payload_to_server AS from_one", "payload_to_server AS from_two, 1::BIGINT AS from_one", "payload_to_server AS from_three"];
        foreach (var (index, source) in sources.Index())
            source.More = more[index % more.Length];
        for (var round = 0; round < 4; round++)
        {
            foreach (var source in sources)
                await source.PutAsync(3);
            // Small pages, so that they work on different streams at the same time.
            var totals = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => Task.Run(() => lake.IngestAsync(options => options with { FilesPerCommitMax = 2 }))));
            Assert.All(totals, total => Assert.Equal(0, total.Quarantined));
        }

        await lake.IngestAsync();
        Assert.Empty(await lake.KeysAsync(InboxKey.Prefix));
        long Of(int kind) => sources.Where((_, index) => index % more.Length == kind).Sum(source => source.Payload);
        Assert.Equal(
            [[sources.Sum(source => source.Rows), sources.Sum(source => source.Payload), Of(1) + sources[2].Rows, Of(2), Of(3)]],
            (await lake.TableAsync("flows")).Ask("SELECT count(*), sum(payload_to_server)::BIGINT, sum(from_one)::BIGINT, sum(from_two)::BIGINT, sum(from_three)::BIGINT FROM rows"));
        Assert.Equal([[sources.Sum(source => source.Rows)]], await AskAsync("SELECT count(*) FROM flow_rows"));
    }

    [Theory]
    [InlineData("1.5::DOUBLE AS ratio", "its column ratio is not known to flows and cannot be added: it is DOUBLE, and BOOLEAN, INTEGER, BIGINT, VARCHAR, TIMESTAMP WITH TIME ZONE are allowed")]
    [InlineData("[1, 2] AS scores", "its column scores is not known to flows and cannot be added: it is nested")]
    [InlineData("DATE '2026-11-21' AS day", "it is DATE, and")]
    [InlineData("1 AS \"Odd Name\"", "its name is not made of lower case words joined by underscores")]
    [InlineData("1 AS id", "its name is reserved")]
    [InlineData("1 AS flowlake_file", "its name is reserved")]
    [InlineData("'text' AS learned", "its column learned is VARCHAR where INTEGER is expected")]
    [InlineData("9::BIGINT AS learned", "its column learned is BIGINT where INTEGER is expected")]
    public async Task A_column_that_does_not_fit_quarantines_its_file_and_no_other(string more, string reason)
    {
        var good = lake.Source("node-1");
        good.More = "1 AS learned";
        var bad = lake.Source("node-2");
        bad.More = more;
        await good.PutAsync(2);
        var key = await bad.PutAsync(3);
        await good.PutAsync(2);
        var content = await File.ReadAllBytesAsync(lake.Store.LocalPath(key.Key)!, Token);
        Assert.Equal(1, (await lake.IngestAsync()).Quarantined);
        Assert.Contains(reason, await lake.ReasonAsync(key, content), StringComparison.Ordinal);
        Assert.Equal([[4L, 4L]], (await lake.TableAsync("flows")).Ask("SELECT count(*), sum(learned)::BIGINT FROM rows"));
        Assert.Empty(await lake.KeysAsync(InboxKey.Prefix));
    }

    [Fact]
    public async Task A_table_learns_so_many_columns_and_no_more()
    {
        var source = lake.Source("node-1");
        source.More = Columns(0, LearnedColumn.ColumnsMax);
        await source.PutAsync(1);
        var tooMany = lake.Source("node-2");
        tooMany.More = Columns(LearnedColumn.ColumnsMax - 1, 2);
        var key = await tooMany.PutAsync(1);
        var content = await File.ReadAllBytesAsync(lake.Store.LocalPath(key.Key)!, Token);
        Assert.Equal(1, (await lake.IngestAsync()).Quarantined);
        Assert.Contains("it brings 1 columns that flows does not know, the first is column_64; with 64 learned before, 64 are allowed", await lake.ReasonAsync(key, content), StringComparison.Ordinal);
        Assert.Equal(FlowColumns.All.Length + LearnedColumn.ColumnsMax, (await ColumnsAsync("flows")).Length);

        static string Columns(int first, int count) => string.Join(", ", Enumerable.Range(first, count).Select(number => $"{number} AS column_{number}"));
    }

    [Fact]
    public async Task A_bad_file_teaches_the_table_nothing()
    {
        await lake.Source("node-1").PutAsync(2);
        await lake.Source("node-bad").PutFileAsync(path => LakeUnderIngest.Write(path, "SELECT 1 AS number, 'Ann' AS name"));
        Assert.Equal(1, (await lake.IngestAsync()).Quarantined);
        Assert.Equal(FlowColumns.All.Length, (await ColumnsAsync("flows")).Length);
    }

    [Fact]
    public async Task Coverage_keeps_what_newer_agents_say_beside_what_is_known()
    {
        var older = lake.Source("node-1");
        await older.PutAsync(2);
        await PutCoverageAsync(lake.Source("node-2"), """{"queue_depth": 7, "driver": "ebpf", "is_steered": true, "unset": null}""", "{}");
        Assert.Equal(0, (await lake.IngestAsync()).Quarantined);
        await older.PutAsync(2);
        await PutCoverageAsync(lake.Source("node-3"), """{"driver": "none"}""");
        Assert.Equal(0, (await lake.IngestAsync()).Quarantined);

        Assert.Equal(["driver", "is_steered", "queue_depth"], (await ColumnsAsync("coverage")).Skip(CoverageColumns.All.Length));
        Assert.Equal(
            [["node-1", null, null, null, 2L], ["node-2", 7L, "ebpf", true, 1L], ["node-2", null, null, null, 1L], ["node-3", null, "none", null, 1L]],
            (await lake.TableAsync("coverage")).Ask("SELECT node, queue_depth, driver, is_steered, count(*) FROM rows GROUP BY ALL ORDER BY ALL"));
    }

    [Theory]
    [InlineData("""{"depths": [1, 2]}""", "{}", "its column depths is not known to coverage and cannot be added: it is nested")]
    [InlineData("""{"load": 0.5}""", "{}", "its column load is not known to coverage and cannot be added: it is DOUBLE")]
    [InlineData("""{"Odd Name": 1}""", "{}", "its name is not made of lower case words joined by underscores")]
    [InlineData("""{"depth": 1}""", """{"depth": "one"}""", "its coverage has depth as depth BIGINT and as depth VARCHAR")]
    [InlineData("""{"learned": "text"}""", "{}", "its column learned is VARCHAR where BIGINT is expected")]
    public async Task A_member_of_coverage_that_does_not_fit_quarantines_its_file_and_no_other(string first, string second, string reason)
    {
        await PutCoverageAsync(lake.Source("node-1"), """{"learned": 1}""");
        var key = await PutCoverageAsync(lake.Source("node-2"), first, second);
        var content = await File.ReadAllBytesAsync(lake.Store.LocalPath(key.Key)!, Token);
        Assert.Equal(1, (await lake.IngestAsync()).Quarantined);
        Assert.Contains(reason, await lake.ReasonAsync(key, content), StringComparison.Ordinal);
        Assert.Equal([["node-1", 1L]], (await lake.TableAsync("coverage")).Ask("SELECT node, learned FROM rows"));
    }

    // A file without flows, with a row of coverage for each set of members.
    private Task<InboxKey> PutCoverageAsync(InboxSource source, params string[] members) => source.PutFileAsync(path => InboxFile.Write(path, [], [.. members.Select((json, index) => new CoverageRecord
    {
        WindowStart = lake.Now.AddMinutes(-2 - index),
        WindowSeconds = 60,
        Node = source.Stream.Node,
        Incarnation = $"{source.Stream.Incarnation:D}",
        Reason = CoverageReason.Observed,
        Unit = "flows",
        Amount = 0,
        NewerMembers = JsonSerializer.Deserialize<Dictionary<string, JsonElement>>(json),
    })]));

    private async Task AssertSumsAsync(InboxSource older, InboxSource newer)
    {
        var flows = await lake.TableAsync("flows");
        var all = older.Rows + newer.Rows;
        Assert.Equal([[all, older.Payload + newer.Payload, newer.Rows]], flows.Ask("SELECT count(*), sum(payload_to_server)::BIGINT, count(tls_version) FROM rows"));
        // Whatever came with a row still stands beside what it was made from.
        Assert.Equal(
            [[newer.Rows, newer.Rows, newer.Rows]],
            flows.Ask("SELECT count(*) FILTER (tls_version = payload_to_server % 7), count(*) FILTER (sni = 'h' || payload_to_server), count(*) FILTER (first_seen = window_start) FROM rows"));
    }

    private async Task<IReadOnlyList<object?[]>> AnswersAsync() =>
    [
        .. await AskAsync("SELECT count(*), sum(payload_to_server)::BIGINT FROM flow_rows"),
        .. await AskAsync("SELECT client_workload, sum(bytes_to_server)::BIGINT FROM flows GROUP BY ALL ORDER BY ALL"),
        .. await AskAsync("SELECT src_zone, dst_zone, sum(bytes)::BIGINT FROM zone_traffic GROUP BY ALL ORDER BY ALL"),
        .. await AskAsync("SELECT src_workload, dst_workload, sum(bytes)::BIGINT FROM pair_traffic GROUP BY ALL ORDER BY ALL"),
    ];

    private async Task<IReadOnlyList<object?[]>> AskAsync(string sql)
    {
        using var query = await LakeQuery.OpenAsync(lake.Folder, cancellationToken: Token);
        using var rows = Assert.IsType<SqlOutcome.Answer>(await query.RunAsync(sql, cancellationToken: Token)).Rows;
        var found = new List<object?[]>();
        while (rows.Read())
            found.AddRange(Enumerable.Range(0, rows.Result.RowCount).Select(row => Enumerable.Range(0, rows.Columns.Length).Select(column => rows.Result.GetValue(column, row)).ToArray()));
        return found;
    }

    private async Task<string[]> ColumnsAsync(string table)
    {
        var definition = LakeTables.All.Single(candidate => candidate.Name == table);
        var snapshot = await new TableLog(lake.Store, definition, TimeProvider.System).LoadAsync(cancellationToken: Token);
        using var schema = JsonDocument.Parse(snapshot.Metadata!.SchemaString);
        return [.. schema.RootElement.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("name").GetString()!)];
    }
}
