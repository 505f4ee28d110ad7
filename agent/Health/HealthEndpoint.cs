using System.Globalization;
using FlowLake.Lake.Metrics;

namespace FlowLake.Agent.Health;

/// <summary>The agent's answers to scrapers and probes.</summary>
internal sealed class HealthEndpoint : IAsyncDisposable
{
    private readonly PrometheusText text;
    private readonly HealthServer server;

    private HealthEndpoint(PrometheusText text, HealthServer server)
    {
        this.text = text;
        this.server = server;
    }

    /// <summary>Listens where the options say.</summary>
    /// <returns>Null where they name no address.</returns>
    /// <exception cref="IOException">The address cannot be listened on.</exception>
    public static HealthEndpoint? Start(AgentOptions options, AgentMetrics metrics, AgentHealth health, AgentLog log, TimeProvider timeProvider)
    {
        if (options.MetricsListen is null || !ListenAddress.TryParse(options.MetricsListen, out var address))
            return null;
        var text = new PrometheusText(meter => metrics.Owns(meter) || meter.Name == "FlowLake.Lake.Objects");
        metrics.BeginAtZero();
        try
        {
            var server = HealthServer.Start(address, path => AnswerTo(path, text, health), timeProvider);
            log.Info("metrics_listening", ("address", server.Address));
            return new HealthEndpoint(text, server);
        }
        catch
        {
            text.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await server.DisposeAsync();
        text.Dispose();
    }

    private static HealthAnswer AnswerTo(string path, PrometheusText text, AgentHealth health) => path switch
    {
        "/metrics" => new("200 OK", text.Write(), PrometheusText.ContentType),
        "/healthz" => health.IsAlive
            ? HealthAnswer.Ok("ok")
            : HealthAnswer.Unavailable(string.Create(CultureInfo.InvariantCulture, $"the loop has been silent for {(long)health.Silence.TotalSeconds} s")),
        "/readyz" => health.IsReady ? HealthAnswer.Ok("ok") : HealthAnswer.Unavailable("the kernel half is not open or has failed, or the directory is not loaded"),
        _ => HealthAnswer.NotFound,
    };
}
