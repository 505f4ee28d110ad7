using System.Globalization;

namespace FlowLake.Demo.Pod.Http;

/// <summary>First line and headers of a request or an answer, as little of HTTP/1.1 as both pods speak.</summary>
internal sealed class HttpHead(string text)
{
    private readonly string[] lines = text.Split("\r\n");

    /// <summary>The request line, or the status line.</summary>
    public string FirstLine => lines[0];

    /// <summary>The target of a request (<c>/path?query</c>).</summary>
    public string Target => FirstLine.Split(' ') is [_, var target, ..] ? target : "";

    public int ContentLength =>
        int.TryParse(this["Content-Length"], NumberStyles.None, CultureInfo.InvariantCulture, out int length) ? length : 0;

    public bool WantsClose => string.Equals(this["Connection"], "close", StringComparison.OrdinalIgnoreCase);

    /// <summary>The value of a header, or null.</summary>
    public string? this[string name]
    {
        get
        {
            foreach (string line in lines.AsSpan(1))
            {
                if (line.Length > name.Length && line[name.Length] == ':' && line.StartsWith(name, StringComparison.OrdinalIgnoreCase))
                    return line[(name.Length + 1)..].Trim();
            }

            return null;
        }
    }
}
