using System.Net;
using System.Text.Json;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Ingest.Maintenance;
using Xunit;

namespace FlowLake.Tests.QueryApi.Access;

/// <summary>What a key of some namespaces sees, asked of a process beside a key that sees everything.</summary>
public sealed class RowScopeTests : IAsyncLifetime
{
    private const string Mine = "'shop', 'nowhere'";

    private readonly TestLake lake = new();
    private readonly TemporaryFolder folder = new();
    private ServeProcess served = null!;
    private string all = "";
    private string scoped = "";

    public async ValueTask InitializeAsync()
    {
        var flows = TestFlows.Make(51, 400);
        await lake.AddFlowsAsync(flows);
        await lake.AddCoverageAsync([.. TestFlows.MakeCoverage(52, 20), .. TestFlows.MakeCoverage(53, 20).Select(row => row with { Namespace = "shop" }), .. TestFlows.MakeCoverage(54, 20).Select(row => row with { Namespace = "back end" })]);
        await lake.AddDnsAsync([.. flows.Select(flow => new DnsRecord
        {
            WindowStart = flow.WindowStart, WindowSeconds = 60, Zone = flow.Zone, Node = flow.Node!, Observer = flow.Observer, IsPrimary = flow.IsPrimary, Client = flow.Client, Server = flow.Server, QueryName = "a.example", Queries = 1,
        })]);
        await lake.AddDropsAsync([.. flows.Select(flow => new DropRecord { WindowStart = flow.WindowStart, WindowSeconds = 60, Zone = flow.Zone, Node = flow.Node!, Reason = "NO_SOCKET", Namespace = flow.Client.Namespace, Packets = 1 })]);
        (all, scoped) = (TestKeys.Add(folder.File("keys")), TestKeys.Add(folder.File("keys"), ["shop", "nowhere"]));
        served = await ServeProcess.StartAsync(lake, "--keys", folder.File("keys"));
    }

    public async ValueTask DisposeAsync()
    {
        await served.DisposeAsync();
        folder.Dispose();
        lake.Dispose();
    }

    public static TheoryData<string> Relations => [.. FlowRelations.All.Select(relation => relation.Name).Where(name => name != "zone_traffic")];

    [Theory, MemberData(nameof(Relations))]
    public async Task It_sees_exactly_the_rows_with_an_end_in_its_namespaces(string relation)
    {
        var seen = await served.RowsAsync($"SELECT * FROM {relation}", scoped);
        Assert.Equal(await SortedAsync($"SELECT * FROM {relation} WHERE {Seen(relation)}", all), seen.Order(StringComparer.Ordinal));
        Assert.InRange(seen.Count, 1, (await served.RowsAsync($"SELECT * FROM {relation}", all)).Count - 1);
        if (FlowRelations.Find(relation)!.EntitySet is { } set)
            Assert.Equal(seen.Count, await served.CountAsync($"/odata/{set}/$count", scoped));
    }

    [Fact]
    public async Task Sums_by_zone_are_of_its_rows_alone()
    {
        const string columns = "hour, src_zone, dst_zone, sum(bytes)::BIGINT, sum(packets)::BIGINT, sum(connections)::BIGINT";
        var expected = await SortedAsync($"SELECT {columns} FROM pair_traffic WHERE {Seen("pair_traffic")} GROUP BY ALL", all);
        Assert.Equal(expected, await SortedAsync($"SELECT {columns} FROM zone_traffic GROUP BY ALL", scoped));
        Assert.NotEqual(expected, await SortedAsync($"SELECT {columns} FROM zone_traffic GROUP BY ALL", all));
        Assert.Equal(expected.Count, await served.CountAsync("/odata/ZoneTraffic/$count", scoped));
    }

    [Theory, MemberData(nameof(Relations))]
    public async Task A_condition_is_not_computed_on_other_rows(string relation)
    {
        // It fails on a row the key must not see, and would so tell that there is one, and what is in it.
        var probe = $"SELECT count(*) FROM {relation} WHERE CAST(CASE WHEN {Seen(relation)} THEN '1' ELSE coalesce(zone_or_name, 'x') || 'x' END AS INTEGER) = 1"
            .Replace("zone_or_name", relation is "pair_traffic" or "traffic" ? "src_zone" : "zone", StringComparison.Ordinal);
        Assert.Equal(await served.RowsAsync($"SELECT count(*) FROM {relation}", scoped), await served.RowsAsync(probe, scoped));
        using var told = await served.GetAsync("/v1/sql?query=" + Uri.EscapeDataString(probe), all);
        Assert.False(told.IsSuccessStatusCode, "the probe does not fail where it may see all");
    }

    [Fact]
    public async Task Names_that_a_statement_gives_anew_open_nothing()
    {
        var total = await served.RowsAsync("SELECT count(*) FROM flows", scoped);
        foreach (var sql in new[]
        {
            "WITH flows AS (SELECT * FROM flows) SELECT count(*) FROM flows",
            "SELECT count(*) FROM (SELECT * FROM flows WHERE true OR client_namespace IN ('back end'))",
            "SELECT count(*) FROM flows AS f LEFT JOIN coverage AS c ON false",
        })
        {
            Assert.Equal(total, await served.RowsAsync(sql, scoped));
        }
    }

    [Fact]
    public async Task A_link_to_a_further_page_is_for_keys_that_see_the_same_rows()
    {
        var few = new KeyLimits { Rows = 5 };
        var (mine, others, whole) = (Key(["shop", "nowhere"]), Key(["back end"]), Key(null));
        await ServeProcess.EventuallyAsync(async () => (await served.GetAsync("/v1/tables", whole)).IsSuccessStatusCode);
        foreach (var asker in new[] { mine, others, whole })
        {
            using var page = JsonDocument.Parse(await (await served.GetAsync("/odata/Flows?$count=true", asker)).Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
            var next = page.RootElement.GetProperty("@odata.nextLink").GetString()!;
            foreach (var follower in new[] { mine, scoped, others, whole, all })
            {
                using var answer = await served.GetAsync(next, follower);
                var sameRows = asker == follower || (asker, follower) == (mine, scoped) || (asker, follower) == (whole, all);
                Assert.Equal(sameRows ? HttpStatusCode.OK : HttpStatusCode.BadRequest, answer.StatusCode);
            }
        }

        string Key(IReadOnlyList<string>? namespaces) => TestKeys.Add(folder.File("keys"), namespaces, few);
    }

    [Fact]
    public async Task Stored_sums_and_what_came_after_them_are_seen_in_the_same_way()
    {
        using var maintained = new MaintainedLake();
        await maintained.AppendAsync(0, change: Placed);
        await maintained.RollUpAsync();
        await maintained.AppendAsync(100, change: Placed);
        using var catalog = FlowCatalog.Open(maintained.Store, new CatalogOptions { CacheFolder = maintained.CacheFolder, Threads = 1 }, TimeProvider.System);
        await catalog.RefreshAsync(TestContext.Current.CancellationToken);
        using var whole = catalog.Acquire();
        using var wholeConnection = whole.Connect(FlowRelations.All);
        using var lease = catalog.Acquire(SnapshotChoice.Newest, RowScope.Of(["mine"]))!;
        using var connection = lease.Connect(FlowRelations.All);
        var expected = wholeConnection.Scalar<long>("SELECT sum(bytes)::BIGINT FROM traffic WHERE src_namespace = 'mine' OR dst_namespace = 'mine'");
        Assert.InRange(expected, 1, wholeConnection.Scalar<long>("SELECT sum(bytes)::BIGINT FROM traffic") - 1);
        foreach (var relation in new[] { "traffic", "pair_traffic", "zone_traffic" })
            Assert.Equal(expected, connection.Scalar<long>($"SELECT sum(bytes)::BIGINT FROM {relation}"));
    }

    // A part of the servers is in a namespace of its own.
    private static FlowRecord Placed(FlowRecord row) => row with { Client = row.Client with { Namespace = "other" }, Server = row.Server with { Namespace = row.PayloadToServer % 2 == 0 ? "mine" : "other" } };

    private static string Seen(string relation) => relation switch
    {
        "pair_traffic" or "traffic" => $"(ifnull(src_namespace IN ({Mine}), false) OR ifnull(dst_namespace IN ({Mine}), false))",
        "coverage" or "drops" => $"ifnull(namespace IN ({Mine}), false)",
        _ => $"(ifnull(client_namespace IN ({Mine}), false) OR ifnull(server_namespace IN ({Mine}), false))",
    };

    private async Task<List<string>> SortedAsync(string sql, string key) => [.. (await served.RowsAsync(sql, key)).Order(StringComparer.Ordinal)];
}
