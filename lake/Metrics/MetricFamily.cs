using System.Diagnostics.Metrics;
using System.Text;

namespace FlowLake.Lake.Metrics;

/// <summary>All series of one metric.</summary>
internal sealed class MetricFamily(string name, string? description, MetricKind kind, double[] bounds)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, MetricSeries> series = new(StringComparer.Ordinal);

    public MetricKind Kind => kind;

    /// <summary>Takes one measurement.</summary>
    /// <param name="instrument">Where it comes from, which says whether it is an increase or a state.</param>
    /// <param name="measurement">Its value.</param>
    /// <param name="labels">Its series.</param>
    /// <param name="scrape">The number of the scrape, for what is measured by one.</param>
    /// <param name="mayAdd">Asked before a series is added.</param>
    /// <returns>False when the series would be a new one and may not be added.</returns>
    public bool Record(Instrument instrument, double measurement, string labels, long scrape, Func<bool> mayAdd)
    {
        lock (gate)
        {
            if (!series.TryGetValue(labels, out var one))
            {
                if (!mayAdd())
                    return false;
                series.Add(labels, one = new MetricSeries(labels, bounds));
            }

            if (kind == MetricKind.Histogram)
                one.Observe(measurement);
            else if (IsState(instrument))
                one.Set(measurement);
            else
                one.Add(measurement);
            // What pushes its measurements stays; what is asked goes when it is no longer told.
            one.SeenAt = instrument.IsObservable ? scrape : long.MaxValue;
            return true;
        }
    }

    /// <summary>Forgets series that were not told at this scrape, and says how many.</summary>
    public int Forget(long scrape)
    {
        lock (gate)
        {
            var gone = series.Where(pair => pair.Value.SeenAt < scrape).Select(pair => pair.Key).ToArray();
            foreach (var labels in gone)
                series.Remove(labels);
            return gone.Length;
        }
    }

    public void WriteTo(StringBuilder text)
    {
        lock (gate)
        {
            if (series.Count == 0)
                return;
            text.Append("# HELP ").Append(name).Append(' ').Append(PrometheusNames.EscapedHelp(string.IsNullOrEmpty(description) ? name : description)).Append('\n');
            text.Append("# TYPE ").Append(name).Append(' ').Append(kind switch { MetricKind.Counter => "counter", MetricKind.Histogram => "histogram", _ => "gauge" }).Append('\n');
            foreach (var (_, one) in series.OrderBy(pair => pair.Key, StringComparer.Ordinal))
                one.WriteTo(text, name, kind == MetricKind.Histogram);
        }
    }

    /// <summary>Gauges and all that is asked tell what is; counters and up-down counters tell by how much it changed.</summary>
    private static bool IsState(Instrument instrument) => instrument.IsObservable || InstrumentKinds.IsGauge(instrument);
}
