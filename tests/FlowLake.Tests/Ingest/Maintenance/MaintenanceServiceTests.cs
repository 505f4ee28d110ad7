using System.Collections.Immutable;
using FlowLake.Ingest;
using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest.Maintenance;

/// <summary>Maintenance of a real lake in a directory, at times of the tests' choosing.</summary>
public sealed class MaintenanceServiceTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly IObjectStore store;
    private readonly DateTimeOffset now = TimeProvider.System.GetUtcNow();

    public MaintenanceServiceTests() => store = ObjectStores.Open(folder.File("lake"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_lake_without_tables_needs_nothing() => Assert.Empty(await Service(now).RunAsync(Token));

    [Fact]
    public async Task Retention_removes_old_days_vacuum_deletes_them_later_and_the_rest_stays()
    {
        var (old, young) = await TwoDaysAsync();
        var kept = new MaintenanceOptions { Retention = TimeSpan.FromDays(20), CheckpointVersions = 1 };
        var removal = await Service(now, kept).RunAsync(Token);
        Assert.Equal([1, 1], removal.Where(report => report is { Table: "flows" or "coverage", Task: "retention" }).Select(report => report.Done));
        Assert.Equal([0, 0], removal.Where(report => report is { Table: "flows" or "coverage", Task: "vacuum" }).Select(report => report.Done));
        var flows = (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound();
        Assert.Equal([[young.Payload]], flows.Ask("SELECT sum(payload_to_server)::BIGINT FROM rows"));
        Assert.Equal(1, flows.Transactions[old.Stream.AppId]);
        Assert.Equal(2, (await DataFilesAsync()).Length);

        var later = await Service(now.AddDays(8), new MaintenanceOptions { CheckpointVersions = 1 }).RunAsync(Token);
        Assert.Equal([1, 1], later.Where(report => report is { Table: "flows" or "coverage", Task: "vacuum" }).Select(report => report.Done));
        Assert.Single(await DataFilesAsync());
        Assert.All(later.Where(report => report.Task is "retention" or "checkpoint"), report => Assert.Equal(0, report.Done));
        Assert.Equal([[young.Payload]], (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Ask("SELECT sum(payload_to_server)::BIGINT FROM rows"));
    }

    [Fact]
    public async Task A_dry_run_changes_nothing_and_says_the_same()
    {
        await TwoDaysAsync();
        await store.PutAsync("flows/date=2026-01-01/zone=z/left.parquet", new byte[10], Token);
        var options = new MaintenanceOptions { Retention = TimeSpan.FromDays(20), CheckpointVersions = 1 };
        var before = await ObjectsAsync();
        var said = await Service(now.AddDays(2), options with { DryRun = true }).RunAsync(Token);
        Assert.Equal(before, await ObjectsAsync());
        var done = await Service(now.AddDays(2), options).RunAsync(Token);
        // What would be removed is still there when a dry run counts what is to be added up, and the rollups' own tables are not.
        static IEnumerable<(string, string, long)> Comparable(IEnumerable<MaintenanceReport> reports) =>
            reports.Where(report => report.Task != "rollup" && LakeTables.All.Any(table => table.Name == report.Table)).Select(report => (report.Table, report.Task, report.Done));
        Assert.Equal(Comparable(said), Comparable(done));
        Assert.DoesNotContain("flows/date=2026-01-01/zone=z/left.parquet", await ObjectsAsync());
        Assert.Contains("flows/_delta_log/00000000000000000002.checkpoint.parquet", await ObjectsAsync());
        (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound();
    }

    [Fact]
    public async Task What_is_due_runs_once_an_interval_and_a_failure_stops_neither_the_rest_nor_the_caller()
    {
        await TwoDaysAsync();
        await store.PutAsync("coverage/_delta_log/00000000000000000000.json", "nonsense"u8.ToArray(), Token);
        var log = new StringWriter();
        var clock = new StandingClock(now);
        var service = Service(clock, new MaintenanceOptions { CheckpointVersions = 1 }, log);
        await service.RunDueAsync(Token);
        Assert.Contains("maintain: flows: checkpoint: of version 1", log.ToString(), StringComparison.Ordinal);
        Assert.Contains("maintain: coverage: vacuum failed, next try in 360 min", log.ToString(), StringComparison.Ordinal);
        var said = log.ToString();
        await service.RunDueAsync(Token);
        Assert.Equal(said, log.ToString());
    }

    [Fact]
    public async Task Two_maintainers_and_an_ingest_at_once_leave_every_row_in_place()
    {
        var source = new InboxSource(store, "node-a", "zone a", now.AddHours(-1));
        var options = new MaintenanceOptions { CheckpointVersions = 2, Retention = TimeSpan.FromDays(20) };
        Task[] maintainers = [.. Enumerable.Range(0, 2).Select(async _ =>
        {
            for (var round = 0; round < 8; round++)
                await Service(now, options).RunAsync(Token);
        })];
        for (var file = 0; file < 12; file++)
        {
            await source.PutAsync(5);
            await IngestAsync();
        }

        await Task.WhenAll(maintainers);
        await Service(now, options).RunAsync(Token);
        var flows = (await DeltaChecker.CheckAsync(store, "flows", folder.Path)).Sound();
        Assert.Equal([[source.Rows, source.Payload]], flows.Ask("SELECT count(*), sum(payload_to_server)::BIGINT FROM rows"));
        Assert.Equal(flows.Version, (await new TableLog(store, FlowColumns.Table, TimeProvider.System).LoadAsync(cancellationToken: Token)).Version);
    }

    [Fact]
    public void Options_that_would_lose_data_are_refused() => Assert.Equal(3, new MaintenanceOptions { CheckpointVersions = 0, Retention = TimeSpan.Zero, SafeAge = TimeSpan.FromHours(1) }.Complaints().Count);

    private async Task<(InboxSource Old, InboxSource Young)> TwoDaysAsync()
    {
        var (old, young) = (new InboxSource(store, "node-a", "zone a", now.AddDays(-30)), new InboxSource(store, "node-b", null, now.AddHours(-1)));
        await old.PutAsync(10);
        await IngestAsync();
        await young.PutAsync(10);
        await IngestAsync();
        return (old, young);
    }

    private async Task IngestAsync() => await IngestService.RunAsync(new IngestOptions { Lake = folder.File("lake"), WorkFolder = folder.File("work"), Log = TextWriter.Null }, follow: false, Token);

    private MaintenanceService Service(DateTimeOffset time, MaintenanceOptions? options = null) => Service(new StandingClock(time), options ?? new MaintenanceOptions(), TextWriter.Null);

    private MaintenanceService Service(TimeProvider clock, MaintenanceOptions options, TextWriter log)
    {
        ImmutableArray<TableLog> logs = [.. LakeTables.All.Select(table => new TableLog(store, table, clock))];
        return new MaintenanceService(store, logs, options, clock, log);
    }

    private async Task<string[]> ObjectsAsync() => await store.ListAsync("", cancellationToken: Token).Select(stored => stored.Key).ToArrayAsync(Token);

    private async Task<string[]> DataFilesAsync() => [.. (await ObjectsAsync()).Where(key => key.StartsWith("flows/date=", StringComparison.Ordinal))];
}
