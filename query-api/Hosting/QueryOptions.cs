using System.Net;
using FlowLake.QueryApi.Sql;
using FlowLake.Schemas.Costs;

namespace FlowLake.QueryApi.Hosting;

/// <summary>What is served, where, and within which bounds.</summary>
public sealed record QueryOptions
{
    /// <summary>Least memory of an engine, and of a worker beside it, in bytes: 128 MiB. With less a worker does not get to its first question.</summary>
    public const long MemoryBytesMin = 128L << 20;

    /// <summary>The lake: a folder, or <c>s3://bucket/prefix</c>.</summary>
    public required string Lake { get; init; }

    /// <summary>Where to listen, such as <c>http://127.0.0.1:8080</c> (the default); port 0 takes a free one. Without keys only a loopback address is allowed.</summary>
    public string Listen { get; init; } = "http://127.0.0.1:8080";

    /// <summary>The file of keys, of which each request has to have one; null (the default) for a service on the loopback that asks for none. It is read again when it has changed.</summary>
    public string? KeyFile { get; init; }

    /// <summary>A folder for copies of remote files and what is made while running.</summary>
    public required string CacheFolder { get; init; }

    /// <summary>Bytes of copies that the newest version may take; null (the default) for 100 GB or half of the free disk, whichever is less.</summary>
    public long? ReplicaBytes { get; init; }

    /// <summary>The certificate of an address with https; null (the default) for one with http. Its files are read again when they have changed.</summary>
    public CertificateFiles? Certificate { get; init; }

    /// <summary>Origins whose pages may ask from a browser, such as <c>https://grafana.example.org</c>. The default is none.</summary>
    public IReadOnlyList<string> CrossOrigins { get; init; } = [];

    /// <summary>How a line of the log is written. The default is for people.</summary>
    public LogFormat LogFormat { get; init; } = LogFormat.Text;

    /// <summary>Whether each request is logged. The default is not to.</summary>
    public bool LogRequests { get; init; }

    /// <summary>A question that took as long or longer is logged with what was asked. The default is 10 seconds.</summary>
    public TimeSpan SlowQuery { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long answers in flight may go on once it is to end; then they are cut. The default is 30 seconds.</summary>
    public TimeSpan StopTime { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>What traffic between zones costs. The default is AWS's price.</summary>
    public PriceList Prices { get; init; } = PriceList.Aws;

    /// <summary>Bounds of one question.</summary>
    public SqlLimits Limits { get; init; } = new();

    /// <summary>Processes that answer questions, each one at a time. The default is one a core.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>The memory of the engine in each of them, in bytes. The default is 1 GiB.</summary>
    public long MemoryLimitBytes { get; init; } = 1L << 30;

    /// <summary>Memory a worker may have beside what the engine counts, in bytes: the engine's values that grow within one step, the runtime, stacks. A worker that asks for more is refused it, or ends. The default is 1 GiB.</summary>
    public long WorkerAllowanceBytes { get; init; } = 1L << 30;

    /// <summary>As whom workers run where the service is root's: a name in /etc/passwd, or <c>UID:GID</c>. The default is nobody. Anybody else's workers run as their service does.</summary>
    public string WorkerUser { get; init; } = FlowLake.QueryApi.Workers.Confinement.WorkerUser.Default;

    /// <summary>The secret that signs links to further pages, of 32 bytes or more: services of one lake with one secret follow each other's links, also after a new start. By default one of the process.</summary>
    public ReadOnlyMemory<byte>? PageKey { get; init; }

    /// <summary>The address to listen on.</summary>
    /// <exception cref="ArgumentException">It is no address, or one that would answer strangers, or another setting cannot be; the message says what would do.</exception>
    internal Uri Address()
    {
        if (!Uri.TryCreate(Listen, UriKind.Absolute, out var address) || (address.Scheme != Uri.UriSchemeHttp && address.Scheme != Uri.UriSchemeHttps) || address.AbsolutePath != "/" || address.Query.Length > 0)
            throw new ArgumentException($"\"{Listen}\" is no address to listen on; write http://127.0.0.1:8080.");
        if (address.Scheme == Uri.UriSchemeHttps != Certificate is not null)
            throw new ArgumentException($"{Listen}: https needs a certificate and its key (--certificate FILE --certificate-key FILE), and a certificate needs https.");
        if (CrossOrigins.Select(CrossOrigin.Complaint).FirstOrDefault(complaint => complaint is not null) is { } complaint)
            throw new ArgumentException(complaint);
        return IsLoopback(address) || KeyFile is not null
            ? address
            : throw new ArgumentException($"{Listen} can be reached from other machines, and there are no keys to tell who asks: everybody could read all flows. Give keys (flowlake key create --keys FILE --name NAME; flowlake serve --keys FILE), or listen on http://127.0.0.1:{address.Port}.");
    }

    /// <summary>Whether only this machine reaches an address.</summary>
    internal static bool IsLoopback(Uri address) => address.IsLoopback || IPAddress.TryParse(address.Host.Trim('[', ']'), out var ip) && IPAddress.IsLoopback(ip);
}
