using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Hosting;
using FlowLake.QueryApi.OData;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Workers;

/// <summary>The worker's side: SQL and OData on a socket of the server's.</summary>
internal static class WorkerServer
{
    /// <summary>Bytes of a request's headers: a line as long as the server takes it, and who asks, with the namespaces of a key.</summary>
    private const int HeadersBytesMax = 1 << 20;

    /// <summary>Bytes of an answer that wait for the server at most: the next rows are written meanwhile. Rows come by 2,048 at a time; half a megabyte is not rare.</summary>
    private const int WaitingBytesMax = 2 << 20;

    private static readonly PosixSignal[] othersSignals = [PosixSignal.SIGTERM, PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGHUP];

    /// <summary>Answers until the server is gone.</summary>
    /// <exception cref="IOException">Nobody says what to do.</exception>
    public static async Task RunAsync()
    {
        // The server ends its workers. A service manager that asks all its processes to end would cut the answers in flight.
        foreach (var signal in othersSignals)
            PosixSignalRegistration.Create(signal, context => context.Cancel = true);
        var input = new StreamReader(Console.OpenStandardInput(), Encoding.UTF8);
        var line = await input.ReadLineAsync() ?? throw new IOException("no settings came");
        var settings = JsonSerializer.Deserialize(line, WorkerSettingsJson.Default.WorkerSettings)!;
        using var engine = LakeEngine.Open(new DuckOptions { MemoryLimitBytes = settings.EngineBytesMax }, settings.EngineFolders);
        Warm(engine);
        var server = new ServerChannel(input);
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ContentRootPath = settings.Folder });
        builder.WebHost.UseKestrelCore().UseSockets(sockets => sockets.MaxWriteBufferSize = WaitingBytesMax).ConfigureKestrel(kestrel =>
        {
            ServerLimits.Apply(kestrel);
            kestrel.Limits.MaxRequestHeadersTotalSize = HeadersBytesMax;
            // Slow clients are the server's to judge.
            kestrel.Limits.MinRequestBodyDataRate = null;
            kestrel.Limits.MinResponseDataRate = null;
            kestrel.ListenUnixSocket(settings.Socket);
        });
        // Standard output is the server's channel.
        builder.Logging.SetMinimumLevel(LogLevel.Warning).AddSimpleConsole(console => (console.SingleLine, console.IncludeScopes) = (true, true));
        builder.Services.Configure<Microsoft.Extensions.Logging.Console.ConsoleLoggerOptions>(console => console.LogToStandardErrorThreshold = LogLevel.Trace);
        builder.Services
            .AddRoutingCore()
            .AddSingleton(TimeProvider.System)
            .AddSingleton(new ServerLake(server, engine, settings))
            .AddSingleton<ISnapshotSource>(services => services.GetRequiredService<ServerLake>())
            .AddSingleton<SqlEngine>()
            .AddSingleton<SqlEndpoints>()
            .AddSingleton(ODataModel.Default)
            .AddSingleton(new ODataPageKey(settings.PageKey))
            .AddSingleton<ODataEndpoints>();
        await using var application = builder.Build();
        application.Use(AskedAsync);
        application.UseExceptionHandler(handler => handler.Run(FailedAsync));
        application.Use(AnswerLimit.InvokeAsync);
        application.UseRouting();
        application.Services.GetRequiredService<SqlEndpoints>().Map(application);
        application.Services.GetRequiredService<ODataEndpoints>().Map(application);
        await application.StartAsync();
        server.Tell(new WorkerIsReady());
        // The channel ends the process.
        await Task.Delay(Timeout.Infinite);
    }

    // Who asks is as the server says. Whoever else reaches the socket knows no question.
    private static async Task AskedAsync(HttpContext context, RequestDelegate next)
    {
        if (ForwardedQuestion.Parse(context.Request.Headers[ForwardedQuestion.Header].ToString()) is not { } question)
        {
            context.Abort();
            return;
        }

        context.Features.Set(question.Asker);
        context.Request.Scheme = question.Scheme;
        context.TraceIdentifier = question.RequestId;
        using var underway = context.RequestServices.GetRequiredService<ServerLake>().Begin(question);
        using var scope = context.RequestServices.GetRequiredService<ILoggerFactory>().CreateLogger(typeof(WorkerServer)).BeginScope("request {RequestId}", question.RequestId);
        await next(context);
    }

    private static Task FailedAsync(HttpContext context)
    {
        if (context.Features.Get<IExceptionHandlerFeature>()?.Error is not OutOfMemoryException)
            return Problem.Failed().WriteAsync(context.Response);
        context.RequestServices.GetRequiredService<ServerLake>().Spend();
        return Problem.Of(SqlErrors.TooMuchMemory).AnswerAsync(context);
    }

    // What the engine and its parser do the first time takes a while.
    private static void Warm(LakeEngine engine)
    {
        using var connection = engine.Connect();
        SqlGuard.Check(connection, "SELECT src_zone, sum(bytes) FROM traffic WHERE date > DATE '2026-01-01' GROUP BY ALL", out _);
    }
}
