namespace FlowLake.QueryApi.Hosting;

/// <summary>How the service is.</summary>
/// <param name="Status">ok, starting or stopping.</param>
/// <param name="Version">The version of the lake that answers are of.</param>
/// <param name="BehindVersions">Versions of the lake's tables that are known beyond it.</param>
/// <param name="BehindSeconds">Seconds since the lake's log was last read to its end.</param>
internal sealed record Health(string Status, string? Version = null, long? BehindVersions = null, double? BehindSeconds = null);
