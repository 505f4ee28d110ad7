using System.Net;
using FlowLake.QueryApi.Sql;
using FlowLake.Schemas.Costs;

namespace FlowLake.QueryApi.Hosting;

/// <summary>What is served, where, and within which bounds.</summary>
public sealed record QueryOptions
{
    /// <summary>The lake: a folder, or <c>s3://bucket/prefix</c>.</summary>
    public required string Lake { get; init; }

    /// <summary>Where to listen, such as <c>http://127.0.0.1:8080</c> (the default); port 0 takes a free one. Without keys only a loopback address is allowed.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8080";

    /// <summary>The file of keys, of which each request has to have one; null (the default) for a service on the loopback that asks for none. It is read again when it has changed.</summary>
    public string? KeyFile { get; init; }

    /// <summary>A folder for copies of remote files and what is made while running.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>What traffic between zones costs. The default is AWS's price.</summary>
    public PriceList Prices { get; init; } = PriceList.Aws;

    /// <summary>Bounds of one question.</summary>
    public SqlLimits Limits { get; init; } = new();

    /// <summary>The engine's own memory in bytes. The default is 1 GiB.</summary>
    public long MemoryLimitBytes { get; init; } = 1L << 30;

    /// <summary>The secret that signs links to further pages, of 32 bytes or more: services of one lake with one secret follow each other's links, also after a new start. By default one of the process.</summary>
    public ReadOnlyMemory<byte>? PageKey { get; init; }

    /// <summary>The address to listen on.</summary>
    /// <exception cref="ArgumentException">It is no address, or one that would answer strangers.</exception>
    internal Uri Address()
    {
        if (!Uri.TryCreate(Listen, UriKind.Absolute, out var address) || address.Scheme != Uri.UriSchemeHttp || address.AbsolutePath != "/" || address.Query.Length > 0)
            throw new ArgumentException($"\"{Listen}\" is no address to listen on; write http://127.0.0.1:8080.");
        var loopback = address.IsLoopback || IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
        return loopback || KeyFile is not null
            ? address
            : throw new ArgumentException($"{Listen} can be reached from other machines, and there are no keys to tell who asks: everybody could read all flows. Give keys (flowlake key create --keys FILE --name NAME; flowlake serve --keys FILE), or listen on http://127.0.0.1:{address.Port}.");
    }
}
