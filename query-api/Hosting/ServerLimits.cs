using Microsoft.AspNetCore.Server.Kestrel.Core;

namespace FlowLake.QueryApi.Hosting;

/// <summary>What a client may send, and how slowly.</summary>
internal static class ServerLimits
{
    /// <summary>Largest body in bytes: a statement of its longest, with parameters.</summary>
    public const int BodyBytesMax = 1 << 20;

    /// <summary>Bytes of a body above <see cref="BodyBytesMax"/> that are still read, and thrown away, after the refusal.</summary>
    public const int DrainBytesMax = 16 << 20;

    /// <summary>Longest request line in bytes, which bounds an OData filter.</summary>
    public const int RequestLineBytesMax = 32 << 10;

    public static void Apply(KestrelServerOptions kestrel)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = BodyBytesMax + DrainBytesMax;
        kestrel.Limits.MaxRequestLineSize = RequestLineBytesMax;
        kestrel.Limits.MaxRequestHeadersTotalSize = 32 << 10;
        kestrel.Limits.MaxConcurrentConnections = 1_000;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
    }
}
