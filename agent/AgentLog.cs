using System.Globalization;

namespace FlowLake.Agent;

/// <summary>Writes one line an event: time, level, event, then key=value. For people and for whatever collects a container's error stream.</summary>
internal sealed class AgentLog(TextWriter writer, TimeProvider timeProvider)
{
    private readonly Lock gate = new();

    public void Info(string name, params ReadOnlySpan<(string Key, object? Value)> fields) => Write("info", name, fields);

    public void Warn(string name, params ReadOnlySpan<(string Key, object? Value)> fields) => Write("warn", name, fields);

    private void Write(string level, string name, ReadOnlySpan<(string Key, object? Value)> fields)
    {
        var line = new System.Text.StringBuilder();
        line.Append(CultureInfo.InvariantCulture, $"time={timeProvider.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fffZ} level={level} event={name}");
        foreach (var (key, value) in fields)
            line.Append(' ').Append(key).Append('=').Append(Text(value));
        lock (gate)
            writer.WriteLine(line.ToString());
    }

    private static string Text(object? value)
    {
        var text = value switch
        {
            null => "",
            bool truth => truth ? "true" : "false",
            DateTimeOffset time => time.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture),
            IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };
        // One event is one line, whatever a message of the system holds.
        return text.Length > 0 && !text.AsSpan().ContainsAny(" \"=\r\n") ? text : $"\"{text.Replace("\"", "'", StringComparison.Ordinal).ReplaceLineEndings("; ")}\"";
    }
}
