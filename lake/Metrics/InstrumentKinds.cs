using System.Diagnostics.Metrics;

namespace FlowLake.Lake.Metrics;

/// <summary>What an instrument is, by the open type it is made of.</summary>
internal static class InstrumentKinds
{
    /// <summary>Upper bounds of the buckets where an instrument advises none: from 5 ms to 10 s, when its unit is the second.</summary>
    private static readonly double[] defaultBounds = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    public static MetricKind KindOf(Instrument instrument)
    {
        var type = OpenType(instrument);
        return type == typeof(Counter<>) || type == typeof(ObservableCounter<>) ? MetricKind.Counter : type == typeof(Histogram<>) ? MetricKind.Histogram : MetricKind.Gauge;
    }

    public static bool IsGauge(Instrument instrument) => OpenType(instrument) == typeof(Gauge<>);

    /// <summary>The bounds of its buckets, rising; empty for what is no histogram.</summary>
    public static double[] BoundsOf(Instrument instrument) => KindOf(instrument) != MetricKind.Histogram
        ? []
        : instrument switch
        {
            Histogram<double> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds],
            Histogram<long> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
            Histogram<int> { Advice.HistogramBucketBoundaries: { } bounds } => [.. bounds.Select(bound => (double)bound)],
            _ => defaultBounds,
        };

    private static Type OpenType(Instrument instrument)
    {
        var type = instrument.GetType();
        return type.IsGenericType ? type.GetGenericTypeDefinition() : type;
    }
}
