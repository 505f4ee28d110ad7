namespace FlowLake.Lake.Metrics;

/// <summary>What a measurement does to its series.</summary>
internal enum MetricKind
{
    /// <summary>It is added to a sum that only grows.</summary>
    Counter,

    /// <summary>It is the state of now.</summary>
    Gauge,

    /// <summary>It is counted in a bucket.</summary>
    Histogram,
}
