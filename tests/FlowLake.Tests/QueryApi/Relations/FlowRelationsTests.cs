using System.Globalization;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.Costs;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>Each view against a plain sum over the same records.</summary>
public sealed class FlowRelationsTests : IAsyncLifetime
{
    private readonly TestLake lake = new();
    private readonly PriceList prices = new(
    [
        new TransferPrice(new DateOnly(2020, 1, 1), MicroDollars.FromDollars(0.01m), MicroDollars.FromDollars(0.01m), "test"),
        new TransferPrice(new DateOnly(2026, 11, 21), MicroDollars.FromDollars(0.02m), MicroDollars.FromDollars(0.015m), "test"),
        new TransferPrice(new DateOnly(2026, 11, 23), MicroDollars.FromDollars(0.005m), MicroDollars.FromDollars(0m), "test"),
    ]);

    private FlowCatalog catalog = null!;
    private SnapshotLease lease = null!;
    private DuckConnection connection = null!;

    public async ValueTask InitializeAsync()
    {
        await lake.AddFlowsAsync(TestFlows.Make(1, 400));
        await lake.AddFlowsAsync(TestFlows.Make(2, 100));
        await lake.AddCoverageAsync(TestFlows.MakeCoverage(3, 60));
        catalog = lake.OpenCatalog(new CatalogOptions { CacheFolder = lake.CacheFolder, Prices = prices });
        Assert.True(await catalog.RefreshAsync(TestContext.Current.CancellationToken));
        lease = catalog.Acquire();
        connection = lease.Connect(FlowRelations.All);
    }

    public ValueTask DisposeAsync()
    {
        connection.Dispose();
        lease.Dispose();
        catalog.Dispose();
        lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void Flows_are_the_primary_rows_with_every_column()
    {
        var expected = lake.Primary.Select(Text).Order(StringComparer.Ordinal);
        Assert.Equal(expected, Rows($"SELECT {Columns} FROM flows").Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Flow_rows_are_all_rows() =>
        Assert.Equal(lake.Flows.Select(Text).Order(StringComparer.Ordinal), Rows($"SELECT {Columns} FROM flow_rows").Order(StringComparer.Ordinal));

    [Fact]
    public void A_zone_with_odd_characters_or_none_keeps_its_rows()
    {
        var expected = lake.Flows.GroupBy(flow => flow.Zone).Select(group => $"{group.Key ?? "NULL"}|{group.Count()}").Order(StringComparer.Ordinal);
        Assert.Equal(expected, Rows("SELECT zone, count(*) FROM flow_rows GROUP BY zone").Order(StringComparer.Ordinal));
        Assert.Equal(lake.Flows.Count(flow => flow.Zone is null), connection.Scalar<long>("SELECT count(*) FROM flow_rows WHERE zone IS NULL"));
        foreach (var zone in TestFlows.Zones.Where(zone => zone is not null))
            Assert.Equal(lake.Flows.Count(flow => flow.Zone == zone), connection.Scalar<long>("SELECT count(*) FROM flow_rows WHERE zone = ?", zone));
    }

    [Fact]
    public void Traffic_has_each_flow_once_a_direction()
    {
        var expected = lake.Primary
            .SelectMany(flow => new[] { Directed.ToServer(flow), Directed.ToClient(flow) })
            .GroupBy(row => (row.Source.Zone, row.Source.Workload, Destination: row.Destination.Zone))
            .Select(group => $"{group.Key.Zone ?? "NULL"}|{group.Key.Workload ?? "NULL"}|{group.Key.Destination ?? "NULL"}|{group.Sum(row => row.Bytes)}|{group.Sum(row => row.Payload)}|{group.Sum(row => row.Packets)}|{group.Count()}");
        var actual = Rows("SELECT src_zone, src_workload, dst_zone, sum(bytes)::BIGINT, sum(payload)::BIGINT, sum(packets)::BIGINT, count(*) FROM traffic GROUP BY ALL");
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Zone_traffic_sums_each_hour_and_prices_it_by_its_day()
    {
        var expected = lake.Primary
            .SelectMany(flow => new[] { Directed.ToServer(flow), Directed.ToClient(flow) })
            .GroupBy(row => (row.Hour, Source: row.Source.Zone, Destination: row.Destination.Zone))
            .Select(group => string.Join('|',
                $"{group.Key.Hour:yyyy-MM-dd}",
                $"{group.Key.Hour:yyyy-MM-ddTHH:mm:ssZ}",
                group.Key.Source ?? "NULL",
                group.Key.Destination ?? "NULL",
                group.Key.Source is null || group.Key.Destination is null ? "NULL" : (group.Key.Source != group.Key.Destination).ToString(),
                group.Sum(row => row.Bytes),
                group.Sum(row => row.Payload),
                group.Sum(row => row.Packets),
                group.Sum(row => row.Connections),
                Dollars(group.Sum(row => row.Bytes), group.Key.Source, group.Key.Destination, group.Key.Hour)));
        var actual = Rows("SELECT date, hour, src_zone, dst_zone, cross_zone, bytes, payload, packets, connections, dollars FROM zone_traffic");
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Dollars_of_an_hour_are_those_of_the_price_list()
    {
        using var result = connection.Query("SELECT date, src_zone, dst_zone, bytes, dollars FROM zone_traffic");
        foreach (var row in result.Rows())
        {
            var dollars = (decimal)row[4]!;
            var cost = prices.CostOf((long)row[3]!, (string?)row[1], (string?)row[2], (DateOnly)row[0]!);
            Assert.InRange(dollars - cost.Dollars, -0.0000005m, 0.0000005m);
        }
    }

    [Fact]
    public void Pair_traffic_sums_to_zone_traffic()
    {
        const string sums = "sum(bytes)::BIGINT, sum(payload)::BIGINT, sum(packets)::BIGINT, sum(connections)::BIGINT";
        Assert.Equal(
            Rows($"SELECT hour, src_zone, dst_zone, {sums} FROM zone_traffic GROUP BY ALL ORDER BY ALL"),
            Rows($"SELECT hour, src_zone, dst_zone, {sums} FROM pair_traffic GROUP BY ALL ORDER BY ALL"));
        var difference = connection.Scalar<decimal>("SELECT (SELECT sum(dollars) FROM zone_traffic) - (SELECT sum(dollars) FROM pair_traffic)");
        Assert.InRange(difference, -0.000001m, 0.000001m);
    }

    [Fact]
    public void Pair_traffic_names_both_workloads()
    {
        var expected = lake.Primary
            .SelectMany(flow => new[] { Directed.ToServer(flow), Directed.ToClient(flow) })
            .GroupBy(row => (row.Source.Namespace, row.Source.Workload, row.Source.Kind, To: row.Destination.Workload))
            .Select(group => $"{group.Key.Namespace ?? "NULL"}|{group.Key.Workload ?? "NULL"}|{FlowWords.Of(group.Key.Kind)}|{group.Key.To ?? "NULL"}|{group.Sum(row => row.Bytes)}");
        var actual = Rows("SELECT src_namespace, src_workload, src_kind, dst_workload, sum(bytes)::BIGINT FROM pair_traffic GROUP BY ALL");
        Assert.Equal(expected.Order(StringComparer.Ordinal), actual.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void Coverage_rows_are_those_written()
    {
        var expected = lake.Coverage.Select(row => $"{row.WindowStart:yyyy-MM-ddTHH:mm:ssZ}|{row.Zone ?? "NULL"}|{row.Node}|{row.Reason}|{row.Amount}|{row.WindowStart:yyyy-MM-dd}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), Rows("SELECT window_start, zone, node, reason, amount, date FROM coverage").Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("flows")]
    [InlineData("flow_rows")]
    [InlineData("traffic")]
    [InlineData("zone_traffic")]
    [InlineData("pair_traffic")]
    [InlineData("coverage")]
    public void A_relation_has_the_columns_of_its_definition_and_keys_that_differ(string name)
    {
        var relation = FlowRelations.Find(name)!;
        using (var described = connection.QueryMaterialized($"SELECT * FROM {name} LIMIT 0"))
            Assert.Equal(relation.Columns.Select(column => (column.Name, column.SqlType)), described.Columns.Select(column => (column.Name, column.Type.ToString())));
        Assert.Equal(0, connection.Scalar<long>($"SELECT count(*) - count(DISTINCT id) FROM {lease.KeyedRows(relation, RowBounds.None)}"));
        Assert.Equal(connection.Scalar<long>($"SELECT count(*) FROM {name}"), connection.Scalar<long>($"SELECT count(id) FROM {lease.KeyedRows(relation, RowBounds.None)}"));
    }

    private static string Columns => string.Join(", ", FlowRelations.Flows.Columns.Select(column => column.Name));

    private static string Text(FlowRecord flow) => string.Join('|', FlowColumns.All.Select(column => column switch
    {
        Column<FlowRecord, string?> text => text.Read(flow) ?? "NULL",
        Column<FlowRecord, bool?> truth => Text(truth.Read(flow)),
        Column<FlowRecord, int?> number => Text(number.Read(flow)),
        Column<FlowRecord, long?> number => Text(number.Read(flow)),
        Column<FlowRecord, DateOnly?> date => Text(date.Read(flow)),
        Column<FlowRecord, DateTimeOffset?> time => Text(time.Read(flow)),
        _ => throw new InvalidOperationException(column.Name),
    }).Append(Text(flow.PayloadToServer + flow.HeaderBytesToServer)).Append(Text(flow.PayloadToClient + flow.HeaderBytesToClient)));

    private static string Text(object? value) => value switch
    {
        null => "NULL",
        DateOnly date => $"{date:yyyy-MM-dd}",
        DateTimeOffset time => $"{time.UtcDateTime:yyyy-MM-ddTHH:mm:ss}Z",
        IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString()!,
    };

    private string Dollars(long bytes, string? from, string? to, DateTimeOffset hour)
    {
        var exact = from is null || to is null || from == to ? 0m : (decimal)bytes * prices.On(DateOnly.FromDateTime(hour.UtcDateTime)).BothDirectionsPerGib.Dollars / PriceList.BytesPerGib;
        return decimal.Round(exact, 9, MidpointRounding.AwayFromZero).ToString("0.000000000", CultureInfo.InvariantCulture);
    }

    private List<string> Rows(string sql)
    {
        using var result = connection.Query(sql);
        return [.. result.Rows().Select(row => string.Join('|', row.Select(Text)))];
    }

    private sealed record Directed(DateTimeOffset Hour, FlowEnd Source, FlowEnd Destination, long Bytes, long Payload, long Packets, long Connections)
    {
        public static Directed ToServer(FlowRecord flow) => new(HourOf(flow), flow.Client, flow.Server, flow.PayloadToServer + flow.HeaderBytesToServer, flow.PayloadToServer, flow.PacketsToServer, flow.ConnectionsOpened);

        public static Directed ToClient(FlowRecord flow) => new(HourOf(flow), flow.Server, flow.Client, flow.PayloadToClient + flow.HeaderBytesToClient, flow.PayloadToClient, flow.PacketsToClient, 0);

        private static DateTimeOffset HourOf(FlowRecord flow) => new(flow.WindowStart.Ticks - flow.WindowStart.Ticks % TimeSpan.TicksPerHour, TimeSpan.Zero);
    }
}
