using System.Diagnostics.Metrics;
using FlowLake.Lake.Metrics;
using FlowLake.Lake.Objects;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.OData;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Hosting;

/// <summary>The query API as a service of this process.</summary>
public sealed class QueryServer : IAsyncDisposable
{
    private readonly WebApplication application;

    private QueryServer(WebApplication application) => this.application = application;

    /// <summary>The address it listens on, with the port it got.</summary>
    public Uri Address => new(application.Urls.First());

    /// <summary>Every endpoint it has.</summary>
    internal IEnumerable<RouteEndpoint> Endpoints => application.Services.GetRequiredService<EndpointDataSource>().Endpoints.OfType<RouteEndpoint>();

    /// <summary>Serves until cancelled.</summary>
    /// <param name="options">What and where.</param>
    /// <param name="cancellationToken">Ends it; answers in flight get <see cref="QueryOptions.StopTime"/>.</param>
    /// <param name="started">Told the address once it listens.</param>
    /// <exception cref="ArgumentException">The lake or the address cannot be served; the message says why and what would do.</exception>
    /// <exception cref="IOException">The address is in use.</exception>
    public static async Task RunAsync(QueryOptions options, CancellationToken cancellationToken, Action<Uri>? started = null)
    {
        await using var server = await StartAsync(options, TimeProvider.System, cancellationToken: cancellationToken);
        started?.Invoke(server.Address);
        await server.application.WaitForShutdownAsync(cancellationToken);
    }

    /// <summary>Starts serving; disposing ends it.</summary>
    /// <param name="options">What and where.</param>
    /// <param name="timeProvider">The clock of refreshing and of holding snapshots.</param>
    /// <param name="configureLogging">Where the log goes; by default to the console's error stream, warnings and above.</param>
    /// <inheritdoc cref="RunAsync" path="/exception"/>
    public static async Task<QueryServer> StartAsync(
        QueryOptions options, TimeProvider timeProvider, Action<ILoggingBuilder>? configureLogging = null, CancellationToken cancellationToken = default)
    {
        var address = options.Address();
        var pageKey = options.PageKey is { } secret ? new ODataPageKey(secret) : ODataPageKey.OfProcess();
        var builder = WebApplication.CreateSlimBuilder();
        // What is flushed is sent by the thread that flushed it, which for an answer that is handed on is one change of threads a piece less. It is safe as long as nothing here blocks a thread of the pool for long.
        builder.WebHost.UseSockets(sockets => sockets.UnsafePreferInlineScheduling = true);
        builder.WebHost.UseUrls(address.GetLeftPart(UriPartial.Authority)).UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel =>
        {
            ServerLimits.Apply(kestrel);
            if (options.Certificate is not null)
                kestrel.ConfigureEndpointDefaults(endpoint => endpoint.UseHttps(new TlsHandshakeCallbackOptions { OnConnection = _ => ValueTask.FromResult(kestrel.ApplicationServices.GetRequiredService<ServerCertificate>().Options) }));
        });
        builder.Logging.ClearProviders();
        (configureLogging ?? (logging => DefaultLogging(logging, options.LogFormat)))(builder.Logging);
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = options.StopTime);
        builder.Services
            .AddSingleton(timeProvider)
            .AddSingleton(options)
            .AddAccess()
            .AddCrossOrigin(options.CrossOrigins)
            .AddSingleton(services => ActivatorUtilities.CreateInstance<ServerCertificate>(services, options.Certificate!))
            .AddSingleton(services => QueryMetrics.Collect(services.GetRequiredService<IMeterFactory>()))
            .AddSingleton(_ => ObjectStores.Open(options.Lake, timeProvider))
            .AddSingleton(services => FlowCatalog.Open(services.GetRequiredService<IObjectStore>(), CatalogOptionsOf(options), timeProvider))
            .AddSingleton<CatalogFollower>()
            .AddHostedService(services => services.GetRequiredService<CatalogFollower>())
            .AddSingleton<QueryGate>()
            .AddSingleton(pageKey)
            .AddSingleton<WorkerMetrics>()
            .AddSingleton<WorkerPool>()
            .AddHostedService(services => services.GetRequiredService<WorkerPool>())
            .AddSingleton<QuestionEndpoints>();
        var application = builder.Build();
        try
        {
            // Before anything counts: what was measured before it listens is lost to it.
            application.Services.GetRequiredService<PrometheusText>();
            // Read before it listens: keys or a certificate that cannot be read end the start.
            application.Services.GetRequiredService<CallerDirectory>();
            if (options.Certificate is not null)
                application.Services.GetRequiredService<ServerCertificate>();
            else if (!QueryOptions.IsLoopback(address))
                AccessLog.ClearText(application.Logger);
            application.UseMiddleware<RequestLog>();
            application.Use(SecurityHeaders.InvokeAsync);
            if (options.KeyFile is null)
                application.Use(LoopbackGuard.InvokeAsync);
            application.Use(BodyLimit.InvokeAsync);
            application.UseExceptionHandler(handler => handler.Run(context => Problem.Failed().WriteAsync(context.Response)));
            // Before keys: a browser asks whether it may ask without one.
            application.UseCors();
            application.UseAuthentication();
            application.UseAuthorization();
            application.Use(AnswerLimit.InvokeAsync);
            application.Services.GetRequiredService<QuestionEndpoints>().Map(application);
            ServiceEndpoints.Map(application);
            await application.StartAsync(cancellationToken);
            return new QueryServer(application);
        }
        catch
        {
            await application.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await application.StopAsync();
        await application.DisposeAsync();
    }

    private static CatalogOptions CatalogOptionsOf(QueryOptions options) => new()
    {
        CacheFolder = options.CacheFolder,
        ReplicaBytes = options.ReplicaBytes,
        Prices = options.Prices,
    };

    private static void DefaultLogging(ILoggingBuilder logging, LogFormat format)
    {
        // Who is turned away is counted; a line for each would let anybody fill the log.
        logging.SetMinimumLevel(LogLevel.Warning).AddFilter("FlowLake", LogLevel.Information).AddFilter(typeof(ApiKeyHandler).FullName, LogLevel.Warning);
        if (format == LogFormat.Json)
            logging.AddJsonConsole(console => (console.IncludeScopes, console.UseUtcTimestamp, console.TimestampFormat) = (true, true, "yyyy-MM-dd'T'HH:mm:ss.fff'Z'"));
        else
            logging.AddSimpleConsole(console => console.SingleLine = true);
    }
}
