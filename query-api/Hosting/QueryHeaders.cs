using FlowLake.QueryApi.Relations;
using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Names of headers that are FlowLake's own.</summary>
public static class QueryHeaders
{
    /// <summary>The version of the lake an answer is of, such as <c>12.10.9.-1</c>: version 12 of flows, 10 of coverage, 9 of dns, none of drops yet.</summary>
    public const string Version = "FlowLake-Version";

    /// <summary>How far that version is behind the lake, such as <c>versions=0, seconds=0.7</c>: versions known beyond it, and the time for which it has not been known to be the newest.</summary>
    public const string Behind = "FlowLake-Behind";

    /// <summary>Rows that an answer in SQL has at most: one of so many rows may have been cut, which only the format json says itself.</summary>
    public const string Limit = "FlowLake-Limit";

    /// <summary>Says of which version an answer is.</summary>
    internal static void Write(HttpResponse response, SnapshotVersion version, SnapshotLag lag)
    {
        response.Headers[Version] = version.ToString();
        response.Headers[Behind] = lag.ToString();
    }
}
