using System.Diagnostics.Metrics;
using FlowLake.Lake.Metrics;
using Xunit;

namespace FlowLake.Tests.Lake.Metrics;

public sealed class PrometheusTextTests : IDisposable
{
    private readonly Meter meter = new("FlowLake.Tests");

    public void Dispose() => meter.Dispose();

    private PrometheusText Listen(int seriesMax = 100) => new(other => ReferenceEquals(other, meter), seriesMax);

    private static string[] Samples(PrometheusText text) => [.. Lines(text).Where(line => line[0] != '#' && !line.StartsWith("flowlake_metrics_", StringComparison.Ordinal))];

    private static string[] Lines(PrometheusText text) => text.Write().Split('\n', StringSplitOptions.RemoveEmptyEntries);

    [Fact]
    public async Task Each_kind_of_instrument_is_written_as_Prometheus_knows_it()
    {
        using var text = Listen();
        var counter = meter.CreateCounter<long>("test.files", "{file}", "Files.");
        counter.Add(2);
        counter.Add(3);
        meter.CreateUpDownCounter<int>("test.inside", "{query}", "Inside.").Add(-4);
        meter.CreateGauge<double>("test.behind", "s", "Behind.").Record(1.5);
        meter.CreateObservableCounter("test.read", () => 7L, "By", "Read.");
        meter.CreateObservableGauge("test.spool.bytes", () => 9, "By", "Spool.");
        var histogram = meter.CreateHistogram("test.time", "s", "Time.", advice: new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.5, 2] });
        foreach (var value in (double[])[0.25, 0.5, 1, 8])
            histogram.Record(value);

        var lines = Lines(text);
        Assert.Equal(
            [
                "# HELP test_behind_seconds Behind.", "# TYPE test_behind_seconds gauge", "test_behind_seconds 1.5",
                "# HELP test_files_total Files.", "# TYPE test_files_total counter", "test_files_total 5",
                "# HELP test_inside Inside.", "# TYPE test_inside gauge", "test_inside -4",
                "# HELP test_read_bytes_total Read.", "# TYPE test_read_bytes_total counter", "test_read_bytes_total 7",
                "# HELP test_spool_bytes Spool.", "# TYPE test_spool_bytes gauge", "test_spool_bytes 9",
                "# HELP test_time_seconds Time.", "# TYPE test_time_seconds histogram",
                "test_time_seconds_bucket{le=\"0.5\"} 2", "test_time_seconds_bucket{le=\"2\"} 3", "test_time_seconds_bucket{le=\"+Inf\"} 4",
                "test_time_seconds_sum 9.75", "test_time_seconds_count 4",
            ],
            lines[..22]);
        Assert.Equal(3, lines[22..].Count(line => line.StartsWith("flowlake_metrics_dropped_total{", StringComparison.Ordinal) && line.EndsWith("} 0", StringComparison.Ordinal)));
        await Promtool.AcceptsAsync(text.Write());
    }

    [Fact]
    public async Task Labels_are_in_order_and_odd_characters_are_escaped()
    {
        using var text = Listen();
        var counter = meter.CreateCounter<long>("test.odd", null, "Two\nlines \\ of \"help\".");
        counter.Add(1, new("reason", "a\"b\\c\nd"), new("a.key", true));
        counter.Add(1, new("a.key", true), new("reason", "a\"b\\c\nd"));
        counter.Add(1, new("0", "ü"), new("x-y", 1), new("x.y", null));
        meter.CreateHistogram<double>("test.with.le", "s", "Bounds.").Record(1, new KeyValuePair<string, object?>("le", "mine"));

        var samples = Samples(text);
        Assert.Equal("""test_odd_total{_0="ü",x_y="1;"} 1""", samples[0]);
        Assert.Equal("""test_odd_total{a_key="true",reason="a\"b\\c\nd"} 2""", samples[1]);
        Assert.Contains("""test_with_le_seconds_bucket{tag_le="mine",le="1"} 1""", samples);
        Assert.Contains("""# HELP test_odd_total Two\nlines \\ of "help".""", Lines(text));
        await Promtool.AcceptsAsync(text.Write());
    }

    [Fact]
    public void Series_beyond_the_bound_are_left_out_and_counted_and_the_others_go_on()
    {
        using var text = Listen(seriesMax: 3);
        var counter = meter.CreateCounter<long>("test.many", null, "Many.");
        for (var round = 0; round < 2; round++)
        {
            for (var number = 0; number < 5; number++)
                counter.Add(1, new KeyValuePair<string, object?>("number", number));
        }

        Assert.Equal(["""test_many_total{number="0"} 2""", """test_many_total{number="1"} 2""", """test_many_total{number="2"} 2"""], Samples(text));
        Assert.Contains("""flowlake_metrics_dropped_total{reason="series_bound"} 4""", Lines(text));
    }

    [Fact]
    public void A_series_that_is_no_longer_told_is_gone_and_makes_room()
    {
        using var text = Listen(seriesMax: 1);
        var name = "a";
        meter.CreateObservableGauge("test.told", () => new Measurement<long>(1, new KeyValuePair<string, object?>("name", name)), null, "Told.");
        Assert.Equal(["""test_told{name="a"} 1"""], Samples(text));
        name = "b";
        // Its place is free once a scrape has missed it.
        text.Write();
        Assert.Equal(["""test_told{name="b"} 1"""], Samples(text));
    }

    [Fact]
    public void A_name_another_type_has_and_an_instrument_that_fails_are_counted_and_hide_nothing()
    {
        using var text = Listen();
        meter.CreateGauge<long>("test.taken.total", null, "First.").Record(1);
        meter.CreateCounter<long>("test.taken", null, "Second.").Add(5);
        meter.CreateObservableGauge("test.broken", long () => throw new IOException("the folder is gone"), null, "Broken.");
        meter.CreateObservableGauge("test.whole", () => 3, null, "Whole.");

        Assert.Equal(["test_taken_total 1", "test_whole 3"], Samples(text));
        var lines = Lines(text);
        Assert.Contains("""flowlake_metrics_dropped_total{reason="name_taken"} 1""", lines);
        Assert.Contains("""flowlake_metrics_dropped_total{reason="callback_failed"} 2""", lines);
    }

    [Fact]
    public async Task No_increase_is_lost_while_others_read()
    {
        using var text = Listen();
        var counter = meter.CreateCounter<long>("test.busy", null, "Busy.");
        var writers = Enumerable.Range(0, 4).Select(_ => Task.Run(() =>
        {
            for (var index = 0; index < 5_000; index++)
                counter.Add(1, new KeyValuePair<string, object?>("kind", index % 3));
        })).ToArray();
        while (!writers.All(writer => writer.IsCompleted))
            text.Write();
        await Task.WhenAll(writers);

        Assert.Equal(20_000, Samples(text).Sum(line => long.Parse(line.Split(' ')[1], System.Globalization.CultureInfo.InvariantCulture)));
    }
}
