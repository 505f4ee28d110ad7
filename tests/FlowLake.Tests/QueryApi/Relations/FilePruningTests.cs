using System.Collections.Immutable;
using System.Globalization;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>The rule by itself: a file with a row within the bounds is never left out.</summary>
public sealed class FilePruningTests
{
    private static readonly DateTimeOffset Start = new(2026, 2, 27, 22, 0, 0, TimeSpan.Zero);

    private static readonly string?[] Zones = ["a", "b", "zürich", "\uFF5Ez", "\U0001F600", new string('x', 40), null];

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 40)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_file_with_a_row_within_the_bounds_is_never_left_out(int seed)
    {
        var random = new Random(seed);
        var leftOut = 0;
        for (var file = 0; file < 100; file++)
        {
            var day = Start.Date.AddDays(random.Next(4));
            var zone = Zones[random.Next(Zones.Length)];
            Row[] rows = [.. Enumerable.Range(0, random.Next(1, 5)).Select(_ => new Row(day.AddTicks(random.NextInt64(TimeSpan.TicksPerDay) / 10 * 10), zone, random.Next(10) == 0 ? null : random.Next(100), Zones[random.Next(Zones.Length)]))];
            var add = Add(day, zone, rows);
            for (var question = 0; question < 20; question++)
            {
                var asked = Bounds(random);
                var holds = FilePruning.MayHold(FlowColumns.Table, add, FilePruning.Of(FlowColumns.Table, asked));
                leftOut += holds ? 0 : 1;
                Assert.True(holds || !rows.Any(row => row.Within(asked)), $"seed {seed}: {asked}");
            }
        }

        Assert.InRange(leftOut, 200, 1_999);
    }

    [Fact]
    public void Bounds_of_either_hold_what_bounds_of_one_do()
    {
        var random = new Random(7);
        for (var round = 0; round < 2_000; round++)
        {
            var (one, other) = (Bounds(random), Bounds(random));
            var row = new Row(Start.Date.AddDays(random.Next(4)).AddHours(random.Next(24)), Zones[random.Next(Zones.Length)], random.Next(100), Zones[random.Next(Zones.Length)]);
            Assert.True(row.Within(one.Or(other)) || !(row.Within(one) || row.Within(other)));
            Assert.Equal(row.Within(one) && row.Within(other), row.Within(one.And(other)));
        }
    }

    [Fact]
    public void A_file_of_which_the_log_says_nothing_stays()
    {
        var bounds = FilePruning.Of(FlowColumns.Table, RowBounds.None.And("window_start", new ValueBounds(BoundValue.Of(Start), BoundValue.Of(Start))));
        Assert.True(FilePruning.MayHold(FlowColumns.Table, Add(Start, "a", []) with { Stats = null }, bounds));
        Assert.True(FilePruning.MayHold(FlowColumns.Table, Add(Start, "a", []) with { Stats = """{"numRecords":3}""" }, bounds));
        Assert.False(FilePruning.MayHold(FlowColumns.Table, Add(Start.AddDays(2), "a", []) with { Stats = null }, bounds));
    }

    // A bound is carried over by a column's name: a relation may share only those names with its tables that mean the same in both.
    [Fact]
    public void A_relation_shares_with_its_tables_only_names_that_mean_the_same()
    {
        static string[] Shared(Relation relation, TableDefinition table) => [.. relation.Columns.Select(column => column.Name).Where(name => table.Columns.Any(column => column.Name == name))];
        Assert.Equal(["window_start", "window_seconds", "date", "zone", "region", "cluster", "node", "observer", "protocol", "server_port", "service_port"], Shared(FlowRelations.Find("traffic")!, FlowColumns.Table));
        Assert.Equal(["date", "hour"], Shared(FlowRelations.Find("zone_traffic")!, RollupTables.ZoneHourly.Table));
        Assert.Equal(["date", "hour"], Shared(FlowRelations.Find("pair_traffic")!, RollupTables.PairHourly.Table));
        Assert.Equal(["date"], Shared(FlowRelations.Find("zone_traffic")!, FlowColumns.Table));
        Assert.Equal(["date"], Shared(FlowRelations.Find("pair_traffic")!, FlowColumns.Table));
    }

    private static RowBounds Bounds(Random random)
    {
        var bounds = RowBounds.None;
        if (random.Next(2) == 0)
            bounds = bounds.And("window_start", Range(random, BoundValue.Of(Start.AddMinutes(random.Next(5_000))), BoundValue.Of(Start.AddMinutes(random.Next(5_000)))));
        if (random.Next(3) == 0)
            bounds = bounds.And("date", Range(random, BoundValue.Of(DateOnly.FromDateTime(Start.UtcDateTime).AddDays(random.Next(4))), BoundValue.Of(DateOnly.FromDateTime(Start.UtcDateTime).AddDays(random.Next(4)))));
        if (random.Next(3) == 0)
            bounds = bounds.And("zone", Range(random, new BoundValue(0, Zones[random.Next(6)]), new BoundValue(0, Zones[random.Next(6)])));
        if (random.Next(3) == 0)
            bounds = bounds.And("server_port", Range(random, new BoundValue(random.Next(100)), new BoundValue(random.Next(100))));
        if (random.Next(3) == 0)
            bounds = bounds.And("region", Range(random, new BoundValue(0, Zones[random.Next(6)]), new BoundValue(0, Zones[random.Next(6)])));
        return bounds;
    }

    private static ValueBounds Range(Random random, BoundValue one, BoundValue other) => random.Next(4) switch
    {
        0 => new ValueBounds(one, null),
        1 => new ValueBounds(null, one),
        2 => new ValueBounds(one, one),
        _ => one.CompareTo(other) < 0 ? new ValueBounds(one, other) : new ValueBounds(other, one),
    };

    private static AddAction Add(DateTimeOffset day, string? zone, Row[] rows)
    {
        var statistics = new Dictionary<string, ColumnStatistics>();
        if (rows.Length > 0)
        {
            statistics["window_start"] = Of(rows.Select(row => (BoundValue?)BoundValue.Of(row.Time)), row => DateTimeOffset.UnixEpoch.AddMicroseconds(row.Number).ToString("yyyy-MM-dd HH:mm:ss.ffffffzz", CultureInfo.InvariantCulture));
            statistics["server_port"] = Of(rows.Select(row => row.Port is { } port ? new BoundValue(port) : (BoundValue?)null), row => row.Number.ToString(CultureInfo.InvariantCulture));
            statistics["region"] = Of(rows.Select(row => row.Region is { } region ? new BoundValue(0, region) : (BoundValue?)null), row => row.Text!);
        }

        return new AddAction(
            "x.parquet", ImmutableSortedDictionary<string, string?>.Empty.Add("date", day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)).Add("zone", zone),
            1, 0, DataChange: true, FileStatistics.ToJson(FlowColumns.Table, rows.Length, statistics), null);
    }

    private static ColumnStatistics Of(IEnumerable<BoundValue?> values, Func<BoundValue, string> text)
    {
        BoundValue[] present = [.. values.OfType<BoundValue>()];
        return present.Length == 0 ? new ColumnStatistics(null, null, 1) : new ColumnStatistics(text(present.Min()), text(present.Max()), 0);
    }

    private sealed record Row(DateTimeOffset Time, string? Zone, int? Port, string? Region)
    {
        public bool Within(RowBounds bounds) => bounds.All.All(bound => (bound.Key switch
        {
            "window_start" => BoundValue.Of(Time),
            "date" => BoundValue.Of(DateOnly.FromDateTime(Time.UtcDateTime)),
            "zone" => Zone is null ? null : new BoundValue(0, Zone),
            "server_port" => Port is null ? null : new BoundValue(Port.Value),
            _ => Region is null ? null : (BoundValue?)new BoundValue(0, Region),
        }) is { } value && bound.Value.Overlaps(new ValueBounds(value, value)));
    }
}
