namespace FlowLake.Agent.Health;

/// <summary>What a path is answered with.</summary>
/// <param name="Status">The status line's number and words.</param>
/// <param name="Body">The text.</param>
/// <param name="ContentType">Its media type.</param>
internal sealed record HealthAnswer(string Status, string Body, string ContentType = "text/plain; charset=utf-8")
{
    public static HealthAnswer Ok(string body) => new("200 OK", body + "\n");

    /// <summary>Not now; the body says why.</summary>
    public static HealthAnswer Unavailable(string why) => new("503 Service Unavailable", why + "\n");

    public static readonly HealthAnswer NotFound = new("404 Not Found", "There are /metrics, /healthz and /readyz.\n");
}
