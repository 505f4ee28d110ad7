namespace FlowLake.QueryApi.Hosting;

/// <summary>Names of headers that are FlowLake's own.</summary>
public static class QueryHeaders
{
    /// <summary>The version of the lake an answer is of, such as <c>12.10.9.-1</c>: version 12 of flows, 10 of coverage, 9 of dns, none of drops yet.</summary>
    public const string Version = "FlowLake-Version";
}
