namespace FlowLake.QueryApi.Hosting;

/// <summary>How the service is.</summary>
/// <param name="Status">ok, or starting.</param>
/// <param name="Version">The version of the lake that answers are of.</param>
/// <param name="BehindSeconds">Seconds since the lake's log was last read to its end.</param>
internal sealed record Health(string Status, string? Version = null, double? BehindSeconds = null);
