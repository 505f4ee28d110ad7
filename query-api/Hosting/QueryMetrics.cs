using System.Diagnostics.Metrics;
using FlowLake.Lake.Metrics;

namespace FlowLake.QueryApi.Hosting;

/// <summary>The query API's instruments: their name, and which of them /metrics shows.</summary>
public static class QueryMetrics
{
    public const string Meter = "FlowLake.QueryApi";

    private static readonly string[] shown = [Meter, "Microsoft.AspNetCore.Hosting"];

    /// <summary>Listens to one server's meters, its requests by route and status among them, and to the object stores' of the process.</summary>
    internal static PrometheusText Collect(IMeterFactory meters) =>
        new(meter => meter.Name == "FlowLake.Lake.Objects" || (ReferenceEquals(meter.Scope, meters) && shown.Contains(meter.Name)));
}
