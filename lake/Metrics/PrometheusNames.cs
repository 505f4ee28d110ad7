using System.Text;

namespace FlowLake.Lake.Metrics;

/// <summary>Turns the names of meters into those of the text format, and escapes what is free text.</summary>
internal static class PrometheusNames
{
    /// <summary>Longest value of a label, in characters; what is beyond is cut.</summary>
    private const int LabelValueMax = 256;

    /// <summary>The name of a metric: dots become underscores, the unit stands at the end, and counters end in _total.</summary>
    public static string Metric(string instrument, string? unit, MetricKind kind)
    {
        var name = Clean(instrument);
        if (UnitSuffix(unit) is { Length: > 0 } suffix && !name.EndsWith("_" + suffix, StringComparison.Ordinal))
            name = $"{name}_{suffix}";
        return kind == MetricKind.Counter && !name.EndsWith("_total", StringComparison.Ordinal) ? name + "_total" : name;
    }

    /// <summary>The labels of a series as they stand between the braces, in the order of their names; empty when there are none.</summary>
    public static string Labels(ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (tags.IsEmpty)
            return "";
        var labels = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (key, value) in tags)
        {
            var name = Clean(key);
            // A bucket's bound has this name.
            if (name == "le")
                name = "tag_le";
            var text = Text(value);
            // Two keys that become one name would make a line no reader takes.
            labels[name] = labels.TryGetValue(name, out var other) ? $"{other};{text}" : text;
        }

        var line = new StringBuilder();
        foreach (var (name, text) in labels)
            line.Append(line.Length == 0 ? "" : ",").Append(name).Append("=\"").Append(EscapedLabel(text)).Append('"');
        return line.ToString();
    }

    /// <summary>A HELP text in one line.</summary>
    public static string EscapedHelp(string text) => text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\r", "", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal);

    private static string EscapedLabel(string text) => EscapedHelp(text).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Text(object? value)
    {
        var text = value switch
        {
            null => "",
            bool truth => truth ? "true" : "false",
            IFormattable formattable => formattable.ToString(null, System.Globalization.CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        return text.Length <= LabelValueMax ? text : text[..LabelValueMax];
    }

    /// <summary>The words the text format's users expect for the units of UCUM that our meters use; what stands in braces is a remark and no unit.</summary>
    private static string UnitSuffix(string? unit) => unit switch
    {
        null or "" or "1" => "",
        "s" => "seconds",
        "By" => "bytes",
        _ when unit[0] == '{' => "",
        _ => Clean(unit),
    };

    private static string Clean(string name)
    {
        var clean = string.Create(name.Length, name, static (span, source) =>
        {
            for (var index = 0; index < span.Length; index++)
                span[index] = char.IsAsciiLetterOrDigit(source[index]) ? source[index] : '_';
        });
        return clean.Length == 0 || char.IsAsciiDigit(clean[0]) ? "_" + clean : clean;
    }
}
