using System.CommandLine;
using FlowLake.QueryApi.Hosting;

namespace FlowLake.Cli;

/// <summary><c>flowlake serve</c>: SQL and OData over the newest snapshot.</summary>
internal static class ServeVerb
{
    public static Command Create()
    {
        var lake = CommonOptions.Lake();
        var listen = new Option<string>("--listen") { Description = "Where to listen; without --keys a loopback address.", HelpName = "URL", DefaultValueFactory = _ => "http://127.0.0.1:8080" };
        var cache = CommonOptions.CacheFolder("Folder for copies of remote files, for any number of processes and lakes. Default: the user's own below the system's temporary folder.");
        cache.DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), $"flowlake-serve-{Environment.UserName}");
        var replicaBytes = CommonOptions.ReplicaBytes("Bytes of a remote lake that are copied: rollups and coverage whole, of flows, dns and drops the newest. Questions that need older rows are refused, with a statement for Athena.");
        var pageKey = new Option<FileInfo>("--page-key-file")
        {
            Description = "File with the secret, 32 bytes or more, that signs OData's links to further pages. With one secret, services of one lake follow each other's links, also after a new start. Default: a secret of the process.",
            HelpName = "FILE",
        };
        pageKey.AcceptExistingOnly();
        var keys = new Option<string>("--keys")
        {
            Description = "File of keys (flowlake key create), one of which each request has to have. It is read again when it has changed. Default: $FLOWLAKE_KEYS, else no key is asked for.",
            HelpName = "FILE",
            DefaultValueFactory = _ => Environment.GetEnvironmentVariable("FLOWLAKE_KEYS") ?? "",
        };
        var certificate = new Option<string>("--certificate") { Description = "File of the certificate for an https address, as PEM, those between it and its authority behind it. It is read again when it has changed.", HelpName = "FILE" };
        var certificateKey = new Option<string>("--certificate-key") { Description = "File of the certificate's key, as PEM, not encrypted.", HelpName = "FILE" };
        var origins = new Option<string[]>("--cors-origin") { Description = "Origin whose pages may ask from a browser, such as https://grafana.example.org; more than once for more. Default: none.", HelpName = "ORIGIN" };
        var logFormat = new Option<LogFormat>("--log-format") { Description = "How a line of the log is written: text or json. Default: text.", HelpName = "text|json" };
        var logRequests = new Option<bool>("--log-requests") { Description = "Log each request: its id, method, route, status, time and the id of its key." };
        var slowQuery = CommonOptions.Duration("--slow-query", "A question that takes as long is logged with what was asked, cut at 2000 characters. Default: 10s.");
        var stopTime = CommonOptions.Duration("--stop-time", "How long answers in flight may go on once it is to end. Default: 30s.");
        var workers = new Option<int>("--workers") { Description = "Processes that answer questions, each one at a time. Default: one a core.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
        workers.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 1 or > 1_000)
                result.AddError("--workers goes from 1 to 1000.");
        });
        var engineBytes = new Option<long>("--engine-bytes") { Description = "Memory of the engine in each worker, in bytes.", HelpName = "N", DefaultValueFactory = _ => 1L << 30 };
        var allowance = new Option<long>("--worker-allowance-bytes") { Description = "Memory that a worker may have beside it; one that takes more ends, and its question alone.", HelpName = "N", DefaultValueFactory = _ => 1L << 30 };
        foreach (var bytes in new[] { engineBytes, allowance })
        {
            bytes.Validators.Add(result =>
            {
                if (result.GetValueOrDefault<long>() < QueryOptions.MemoryBytesMin)
                    result.AddError($"{bytes.Name} is {QueryOptions.MemoryBytesMin} or more.");
            });
        }

        var workerUser = new Option<string>("--worker-user") { Description = "As whom they run where serve is root's: a name in /etc/passwd, or UID:GID. Default: nobody.", HelpName = "USER", DefaultValueFactory = _ => "nobody" };
        var command = new Command("serve", "Answers SQL (/v1/sql) and OData (/odata) over the newest snapshot of a lake.") { lake, listen, cache, replicaBytes, pageKey, keys, certificate, certificateKey, origins, logFormat, logRequests, slowQuery, stopTime, workers, engineBytes, allowance, workerUser };
        command.Validators.Add(result =>
        {
            if (result.GetValue(certificate) is null != result.GetValue(certificateKey) is null)
                result.AddError("--certificate and --certificate-key go together: give both.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new QueryOptions { Lake = parsed.GetValue(lake)!, Listen = parsed.GetValue(listen)!, CacheFolder = parsed.GetValue(cache)!, ReplicaBytes = parsed.GetValue(replicaBytes), KeyFile = parsed.GetValue(keys) is { Length: > 0 } file ? file : null };
            options = options with
            {
                Workers = parsed.GetValue(workers),
                MemoryLimitBytes = parsed.GetValue(engineBytes),
                WorkerAllowanceBytes = parsed.GetValue(allowance),
                WorkerUser = parsed.GetValue(workerUser)!,
                LogFormat = parsed.GetValue(logFormat),
                LogRequests = parsed.GetValue(logRequests),
                SlowQuery = parsed.GetValue(slowQuery) ?? options.SlowQuery,
                StopTime = parsed.GetValue(stopTime) ?? options.StopTime,
                CrossOrigins = parsed.GetValue(origins) ?? [],
                Certificate = parsed.GetValue(certificate) is { } shown ? new CertificateFiles(shown, parsed.GetValue(certificateKey)!) : null,
            };
            if (parsed.GetValue(pageKey) is { } secret)
                options = options with { PageKey = await File.ReadAllBytesAsync(secret.FullName, cancellationToken) };
            await QueryServer.RunAsync(options, cancellationToken, address => Console.Error.WriteLine($"serve: lake {options.Lake} on {address}"));
            return CommandLine.Done;
        });
        return command;
    }
}
