using System.Net;
using System.Text.RegularExpressions;
using FlowLake.Agent;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Health;
using FlowLake.Tests.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Health;

/// <summary>A whole agent, asked over HTTP while it works; kernel and clock are the test's.</summary>
public sealed class HealthEndpointTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly RushingTime time = new(new DateTimeOffset(2026, 11, 21, 10, 0, 37, TimeSpan.Zero));
    private readonly StringWriter log = new();
    private readonly ScriptedPins pins = new();
    private readonly Dictionary<string, (HttpStatusCode Status, string Text)> answers = [];

    public HealthEndpointTests() => File.WriteAllBytes(folder["cluster.json"], Clusters.Two.ToJson());

    private AgentOptions Options => new()
    {
        Node = "node-a",
        DirectoryFile = folder["cluster.json"],
        Lake = folder["lake"],
        SpoolFolder = folder["spool"],
        MetricsListen = "127.0.0.1:0",
    };

    public void Dispose()
    {
        folder.Dispose();
        log.Dispose();
    }

    private void Ask(string name, string path)
    {
        var address = Regex.Match(log.ToString(), "event=metrics_listening address=([0-9.:]+)").Groups[1].Value;
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Get, $"http://{address}{path}");
        using var response = client.Send(request);
        using var reader = new StreamReader(response.Content.ReadAsStream());
        answers[name] = (response.StatusCode, reader.ReadToEnd());
    }

    [Fact]
    public async Task An_agent_is_ready_when_it_counts_and_alive_while_its_loop_is_and_tells_its_counters()
    {
        using var stop = new CancellationTokenSource();
        var swept = 0;
        await AgentService.RunAsync(Options, Open, time, log, stop.Token);

        Assert.Equal((HttpStatusCode.ServiceUnavailable, "the kernel half is not open or has failed, or the directory is not loaded\n"), answers["ready at start"]);
        Assert.Equal((HttpStatusCode.OK, "ok\n"), answers["alive at start"]);
        Assert.Equal((HttpStatusCode.OK, "ok\n"), answers["ready"]);
        Assert.Equal((HttpStatusCode.OK, "ok\n"), answers["alive"]);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answers["silent"].Status);
        Assert.Equal(HttpStatusCode.NotFound, answers["elsewhere"].Status);
        var metrics = answers["metrics"].Text;
        Assert.Contains("\nflowlake_agent_windows_total 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nflowlake_agent_kernel_failures_total 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nflowlake_agent_lost_total{reason=\"loopback\",unit=\"events\"} 1\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\nflowlake_agent_directory_claims_refused_total 0\n", metrics, StringComparison.Ordinal);
        Assert.Matches("\nflowlake_agent_directory_claims [1-9][0-9]*\n", metrics);
        Assert.Matches("\nflowlake_agent_cgroups_scans_total [0-9]+\n", metrics);
        Assert.Contains("\nflowlake_agent_cgroups_cut 0\n", metrics, StringComparison.Ordinal);
        Assert.Contains("\n# TYPE flowlake_agent_spool_bytes gauge\n", metrics, StringComparison.Ordinal);
        await Promtool.AcceptsAsync(metrics);

        IFlowKernel Open()
        {
            Ask("ready at start", "/readyz");
            Ask("alive at start", "/healthz");
            return pins.Open(Death.Never, Sweep);
        }

        void Sweep()
        {
            pins.Count(1);
            if (++swept != 2)
                return;
            Ask("ready", "/readyz");
            Ask("alive", "/healthz");
            Ask("metrics", "/metrics");
            Ask("elsewhere", "/");
            time.Pass(AgentHealth.SilenceMax + TimeSpan.FromSeconds(1));
            Ask("silent", "/healthz");
            stop.Cancel();
        }
    }

    [Fact]
    public async Task After_a_failure_of_the_kernel_half_an_agent_is_ready_again_when_it_has_stored_a_window()
    {
        using var stop = new CancellationTokenSource();
        var swept = 0;
        await AgentService.RunAsync(Options, () => pins.Open(Death.Never, Sweep), time, log, stop.Token);

        Assert.Equal(HttpStatusCode.OK, answers["before"].Status);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, answers["reopened"].Status);
        Assert.Equal(HttpStatusCode.OK, answers["stored"].Status);
        Assert.Contains("\nflowlake_agent_kernel_failures_total 1\n", answers["metrics"].Text, StringComparison.Ordinal);

        void Sweep()
        {
            switch (++swept)
            {
                case 1:
                    Ask("before", "/readyz");
                    pins.Remove();
                    throw BpfException.Because("the pins are gone");
                case 2:
                    Ask("reopened", "/readyz");
                    break;
                case 3:
                    Ask("stored", "/readyz");
                    Ask("metrics", "/metrics");
                    stop.Cancel();
                    break;
            }
        }
    }

    [Fact]
    public async Task An_address_that_is_none_is_refused_before_anything_starts()
    {
        var failure = await Assert.ThrowsAsync<ArgumentException>(() => AgentService.RunAsync(Options with { MetricsListen = "9464" }, () => pins.Open(Death.Never, () => { }), time, log, TestContext.Current.CancellationToken));
        Assert.Contains("metrics listen: \"9464\"", failure.Message, StringComparison.Ordinal);
        Assert.False(pins.IsAttached);
    }
}
