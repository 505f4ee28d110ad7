using System.Diagnostics.Metrics;
using System.Text;

namespace FlowLake.Lake.Metrics;

/// <summary>Keeps what meters of this process measure, and writes it in Prometheus' text format 0.0.4.</summary>
/// <remarks>
/// It stands in for OpenTelemetry's Prometheus exporter, and names metrics as that does. Measurements made before it was there are not in it.
/// Source: https://prometheus.io/docs/instrumenting/exposition_formats/
/// </remarks>
public sealed class PrometheusText : IDisposable
{
    /// <summary>The media type of <see cref="Write"/>'s text.</summary>
    public const string ContentType = "text/plain; version=0.0.4; charset=utf-8";

    private readonly Lock gate = new();
    private readonly SortedDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly MeterListener listener = new();
    private readonly int seriesMax;
    private readonly Func<bool> mayAdd;
    private int seriesKept;
    private long scrape = 1;
    private long beyondBound;
    private long namesTaken;
    private long callbackFailures;

    /// <summary>Listens from now on.</summary>
    /// <param name="listensTo">The meters to keep; asked once an instrument, and again for each that comes later.</param>
    /// <param name="seriesMax">Most series kept, 1 or more; what more there are is left out and counted in flowlake_metrics_dropped_total.</param>
    public PrometheusText(Func<Meter, bool> listensTo, int seriesMax = 2_000)
    {
        ArgumentNullException.ThrowIfNull(listensTo);
        ArgumentOutOfRangeException.ThrowIfLessThan(seriesMax, 1);
        this.seriesMax = seriesMax;
        mayAdd = MayAdd;
        listener.InstrumentPublished = (instrument, source) =>
        {
            if (listensTo(instrument.Meter) && FamilyOf(instrument) is { } family)
                source.EnableMeasurementEvents(instrument, family);
        };
        listener.SetMeasurementEventCallback<byte>((instrument, value, tags, family) => Record(instrument, value, tags, family));
        listener.SetMeasurementEventCallback<short>((instrument, value, tags, family) => Record(instrument, value, tags, family));
        listener.SetMeasurementEventCallback<int>((instrument, value, tags, family) => Record(instrument, value, tags, family));
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, family) => Record(instrument, value, tags, family));
        listener.SetMeasurementEventCallback<float>((instrument, value, tags, family) => Record(instrument, value, tags, family));
        listener.SetMeasurementEventCallback<double>(Record);
        listener.SetMeasurementEventCallback<decimal>((instrument, value, tags, family) => Record(instrument, (double)value, tags, family));
        listener.Start();
    }

    /// <summary>Asks the instruments that want to be asked, and writes all series as they are now.</summary>
    public string Write()
    {
        // One at a time: a series that is asked is kept by the number of the scrape that saw it.
        lock (gate)
        {
            scrape++;
            try
            {
                listener.RecordObservableInstruments();
            }
            catch (AggregateException failures)
            {
                // One instrument that cannot tell must not hide the others.
                callbackFailures += failures.InnerExceptions.Count;
            }

            MetricFamily[] all;
            lock (families)
                all = [.. families.Values];
            var text = new StringBuilder();
            foreach (var family in all)
            {
                Interlocked.Add(ref seriesKept, -family.Forget(scrape));
                family.WriteTo(text);
            }

            WriteOwn(text);
            return text.ToString();
        }
    }

    public void Dispose() => listener.Dispose();

    private void WriteOwn(StringBuilder text)
    {
        text.Append("# HELP flowlake_metrics_dropped_total What these metrics leave out: measurements of series beyond the bound, instruments whose name has another type, instruments that failed to tell.\n");
        text.Append("# TYPE flowlake_metrics_dropped_total counter\n");
        foreach (var (reason, amount) in (ReadOnlySpan<(string, long)>)[("callback_failed", callbackFailures), ("name_taken", Interlocked.Read(ref namesTaken)), ("series_bound", Interlocked.Read(ref beyondBound))])
            text.Append(System.Globalization.CultureInfo.InvariantCulture, $"flowlake_metrics_dropped_total{{reason=\"{reason}\"}} {amount}\n");
    }

    /// <summary>The family of an instrument's name; null when another type has the name.</summary>
    private MetricFamily? FamilyOf(Instrument instrument)
    {
        var kind = InstrumentKinds.KindOf(instrument);
        var name = PrometheusNames.Metric(instrument.Name, instrument.Unit, kind);
        lock (families)
        {
            if (!families.TryGetValue(name, out var family))
                families.Add(name, family = new MetricFamily(name, instrument.Description, kind, InstrumentKinds.BoundsOf(instrument)));
            if (family.Kind == kind)
                return family;
        }

        Interlocked.Increment(ref namesTaken);
        return null;
    }

    private void Record(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, object? state)
    {
        if (!((MetricFamily)state!).Record(instrument, value, PrometheusNames.Labels(tags), scrape, mayAdd))
            Interlocked.Increment(ref beyondBound);
    }

    private bool MayAdd()
    {
        if (Interlocked.Increment(ref seriesKept) <= seriesMax)
            return true;
        Interlocked.Decrement(ref seriesKept);
        return false;
    }
}
