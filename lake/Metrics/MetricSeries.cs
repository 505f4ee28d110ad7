using System.Globalization;
using System.Text;

namespace FlowLake.Lake.Metrics;

/// <summary>One series of a metric: its labels and what it has come to. Its family's lock guards it.</summary>
internal sealed class MetricSeries(string labels, double[] bounds)
{
    private readonly long[] buckets = new long[bounds.Length];
    private double value;
    private long count;

    /// <summary>The last scrape that saw it, for series that are asked at each scrape.</summary>
    public long SeenAt { get; set; }

    public void Add(double measurement) => value += measurement;

    public void Set(double measurement) => value = measurement;

    public void Observe(double measurement)
    {
        count++;
        value += measurement;
        for (var index = 0; index < bounds.Length; index++)
        {
            if (measurement <= bounds[index])
                buckets[index]++;
        }
    }

    public void WriteTo(StringBuilder text, string name, bool isHistogram)
    {
        if (!isHistogram)
        {
            Line(text, name, "", value);
            return;
        }

        for (var index = 0; index < bounds.Length; index++)
            Line(text, name + "_bucket", $"le=\"{Number(bounds[index])}\"", buckets[index]);
        Line(text, name + "_bucket", "le=\"+Inf\"", count);
        Line(text, name + "_sum", "", value);
        Line(text, name + "_count", "", count);
    }

    private void Line(StringBuilder text, string name, string more, double number)
    {
        text.Append(name);
        if (labels.Length + more.Length > 0)
            text.Append('{').Append(labels).Append(labels.Length > 0 && more.Length > 0 ? "," : "").Append(more).Append('}');
        text.Append(' ').Append(Number(number)).Append('\n');
    }

    private static string Number(double number) =>
        double.IsPositiveInfinity(number) ? "+Inf" : double.IsNegativeInfinity(number) ? "-Inf" : number.ToString("R", CultureInfo.InvariantCulture);
}
