using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Generation;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Generation;
using FlowLake.Schemas.Rollups;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest.Maintenance;

/// <summary>A lake on a temporary folder with rows of a generated cluster, and the sums its rows must come to.</summary>
internal sealed class MaintainedLake : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TrafficGenerator generator = new(new ClusterPlan(new GeneratedCluster(10, 5), 5), 5);
    private readonly GeneratedTable<FlowRecord> table;

    public MaintainedLake()
    {
        Store = ObjectStores.Open(folder.File("lake"));
        table = new GeneratedTable<FlowRecord>(Store, FlowColumns.Table, row => (row.WindowStart, row.Zone), folder.File("made"), TimeProvider.System);
        Engine = new MaintenanceEngine { WorkFolder = folder.File("work"), Threads = 1 };
    }

    public static DateTimeOffset Start { get; } = new(2026, 11, 20, 22, 30, 0, TimeSpan.Zero);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public IObjectStore Store { get; }

    public string Folder => folder.File("lake");

    public string CacheFolder => folder.File("cache");

    public MaintenanceEngine Engine { get; }

    public List<FlowRecord> Rows { get; } = [];

    /// <summary>Commits a window that starts so many minutes after <see cref="Start"/>.</summary>
    public async Task AppendAsync(int minute, int rowsMax = 400, Func<FlowRecord, FlowRecord>? change = null)
    {
        FlowRecord[] rows = [.. GeneratedLake.Rows(generator.Window(Start.AddMinutes(minute), 60)).Take(rowsMax).Select(change ?? (row => row))];
        await table.CommitAsync(rows, Token);
        Rows.AddRange(rows);
    }

    public async Task<TableSnapshot> FlowsAsync() => await new TableLog(Store, FlowColumns.Table, TimeProvider.System).LoadAsync(cancellationToken: Token);

    /// <summary>Brings both rollups up to flows, by a process that sees the lake through a store of its own.</summary>
    public async Task RollUpAsync(IObjectStore? through = null)
    {
        foreach (var rollup in RollupTables.All)
            await new RollupBuilder(through ?? Store, rollup, Engine, TimeProvider.System).RunAsync(await FlowsAsync(), Token);
    }

    /// <summary>Runs every task of maintenance on every table, by a process that sees the lake through a store of its own.</summary>
    public Task MaintainAsync(IObjectStore? through = null)
    {
        var store = through ?? Store;
        return new MaintenanceService(store, [.. LakeTables.WithRollups.Select(table => new TableLog(store, table, TimeProvider.System))], new MaintenanceOptions { Engine = Engine }, TimeProvider.System, TextWriter.Null).RunAsync(Token);
    }

    /// <summary>Checks flows and the rollups against the protocol and against the rows.</summary>
    public async Task AssertSoundAsync()
    {
        Directory.CreateDirectory(CacheFolder);
        var flows = (await DeltaChecker.CheckAsync(Store, "flows", CacheFolder)).Sound();
        var primary = Rows.Where(row => row.IsPrimary).ToArray();
        Assert.Equal([[(long)Rows.Count, Rows.Sum(row => row.PayloadToServer + row.HeaderBytesToClient)]], flows.Ask("SELECT count(*), sum(payload_to_server + header_bytes_to_client)::BIGINT FROM rows"));
        foreach (var rollup in RollupTables.All)
        {
            var report = (await DeltaChecker.CheckAsync(Store, rollup.Table.Name, CacheFolder)).Sound();
            var expected = primary.GroupBy(row => (Hour: row.WindowStart.UtcTicks / TimeSpan.TicksPerHour, Client: row.Client.Zone, Server: row.Server.Zone))
                .Select(group => $"{group.Key.Hour - (DateTimeOffset.UnixEpoch.UtcTicks / TimeSpan.TicksPerHour)}|{group.Key.Client}|{group.Key.Server}|{group.Sum(row => row.PayloadToClient)}|{group.Sum(row => row.SrttUsSum)}|{group.Sum(row => row.ConnectionsOpened)}");
            var actual = report.Ask("SELECT epoch_us(hour) // 3600000000, client_zone, server_zone, sum(payload_to_client)::BIGINT, sum(srtt_us_sum)::BIGINT, sum(connections_opened)::BIGINT FROM rows GROUP BY ALL").Select(row => string.Join('|', row));
            Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
        }
    }

    public void Dispose()
    {
        Store.Dispose();
        folder.Dispose();
    }
}
