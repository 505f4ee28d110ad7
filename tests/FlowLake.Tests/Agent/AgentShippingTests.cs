using FlowLake.Agent;
using FlowLake.Ingest;
using FlowLake.QueryApi;
using FlowLake.QueryApi.Sql;
using FlowLake.Schemas.Cluster;
using FlowLake.Tests.Agent.Bpf;
using FlowLake.Tests.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>A real agent, on real traffic, and a real S3 server that goes away: from the pods' sockets to an answer in SQL.</summary>
[Collection(nameof(KernelLab))]
public sealed class AgentShippingTests(S3ServerFixture server) : IClassFixture<S3ServerFixture>, IDisposable
{
    // Nobody would call a node that; every byte of it has to come through keys, folders, pins and SQL.
    private const string Node = "rack/7 100% nœud.example";
    private const int StopsMax = 5;
    private const int RequestsMax = 1000;

    // The contract is five seconds, on a machine that has time for the agent; a busy one gets more, and an attempt that is not given up takes two minutes.
    private static readonly TimeSpan EndingMax = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    private readonly TemporaryFolder folder = new();
    private readonly KernelLab lab = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Spool => folder["spool"];

    private int Waiting => System.IO.Directory.EnumerateFiles(Spool, "*.parquet").Count();

    public void Dispose()
    {
        lab.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task What_a_store_that_was_away_did_not_get_it_gets_later_and_a_stopping_agent_ships_its_last_window()
    {
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} 8080");
        var options = await OptionsAsync();
        var sent = 0L;

        using (var agent = await AgentProcess.StartAsync(options))
        {
            Call();
            await server.StopGatewayAsync();
            await UntilAsync(agent, () => agent.Log.Contains("event=upload_failed", StringComparison.Ordinal));
            Call();
            var metrics = await agent.MetricsAsync();
            Assert.DoesNotContain("flowlake_agent_upload_failures_total 0\n", metrics, StringComparison.Ordinal);
            Assert.DoesNotContain("flowlake_agent_spool_files 0\n", metrics, StringComparison.Ordinal);
            await Promtool.AcceptsAsync(metrics);
            // Nobody answers, and it ends in order all the same; what it could not ship waits.
            Stop(agent);
            Assert.True(Waiting > 0, agent.Log);
        }

        await server.StartGatewayAsync();
        var stops = 0;
        do
        {
            using var agent = await AgentProcess.StartAsync(options);
            await UntilAsync(agent, () => Waiting == 0);
            Call();
            Stop(agent);
        }
        // The last window has a bound of seconds; a machine that is busy with other things gets more than one try.
        while (Waiting > 0 && ++stops < StopsMax);
        Assert.Equal(0, Waiting);

        Assert.Equal(sent, await SentBySqlAsync(options));

        void Call() => sent += caller.Do($"tcp-call {lab.Second.IPv4} 8080 20 4 2").Sent;
    }

    [Fact]
    public async Task An_agent_whose_store_never_answers_ends_by_itself_and_the_next_one_ships_each_byte_once()
    {
        await using var proxy = new FaultProxy(server.Endpoint);
        var (caller, callee) = (lab.PodOn(lab.First), lab.PodOn(lab.Second));
        callee.Do($"tcp-serve {lab.Second.IPv4} 8080");
        var options = await OptionsAsync(proxy.Endpoint);
        long sent;

        using (var agent = await AgentProcess.StartAsync(options))
        {
            // Half of the uploads are stored without an answer, half of them never arrive: the next agent cannot know which.
            for (var request = 0; request < RequestsMax; request++)
                proxy.Inject(request % 2 == 0 ? Fault.SilenceAfterwards : Fault.SilenceInstead, line => line.StartsWith("PUT", StringComparison.Ordinal));
            sent = Call();
            await UntilAsync(agent, () => proxy.Requests.Count > 0);
            sent += Call();
            Assert.True(agent.EndsWithin(EndingMax), agent.Log);
            Assert.Contains("event=agent_stopped", agent.Log, StringComparison.Ordinal);
            Assert.True(Waiting > 0, agent.Log);
        }

        proxy.Heal();
        using (var agent = await AgentProcess.StartAsync(options))
        {
            await UntilAsync(agent, () => Waiting == 0);
            Stop(agent);
        }

        Assert.Equal(sent, await SentBySqlAsync(options));

        long Call() => caller.Do($"tcp-call {lab.Second.IPv4} 8080 20 4 3").Sent;
    }

    private static void Stop(AgentProcess agent)
    {
        Assert.Equal(0, agent.Terminate());
        Assert.Contains("event=agent_stopped", agent.Log, StringComparison.Ordinal);
        Assert.DoesNotContain("flowlakesecret", agent.Log, StringComparison.Ordinal);
    }

    private static async Task UntilAsync(AgentProcess agent, Func<bool> condition)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(Token);
        bound.CancelAfter(patience);
        while (!condition())
        {
            Assert.False(bound.IsCancellationRequested, agent.Log);
            await Task.Delay(100, Token);
        }
    }

    private async Task<object?> SentBySqlAsync(AgentOptions options)
    {
        await IngestService.RunAsync(new IngestOptions { Lake = options.Lake, WorkFolder = folder["work"], Log = TextWriter.Null }, follow: false, Token);
        using var query = await LakeQuery.OpenAsync(options.Lake, cacheFolder: folder["cache"], cancellationToken: Token);
        using var rows = Assert.IsType<SqlOutcome.Answer>(await query.RunAsync("SELECT sum(payload_to_server)::BIGINT FROM flows WHERE server_node = ? AND protocol = 'tcp'", [Node], Token)).Rows;
        Assert.True(rows.Read());
        return rows.Result.GetValue(0, 0);
    }

    private async Task<AgentOptions> OptionsAsync(Uri? endpoint = null)
    {
        File.WriteAllBytes(folder["cluster.json"], new ClusterDocument
        {
            Cluster = "lab",
            Nodes = [new ClusterNode { Name = Node, Zone = "zone-b" }],
            Pods = [new ClusterPod { Namespace = "app", Name = "callee", Node = Node, WorkloadKind = "Deployment", Workload = "callee", Addresses = [$"{lab.Second.IPv4}"] }],
        }.ToJson());
        return new AgentOptions
        {
            Node = Node,
            DirectoryFile = folder["cluster.json"],
            Lake = await server.CreateLakeAsync("lake", endpoint),
            SpoolFolder = Spool,
            CgroupRoot = lab.Second.Cgroup,
            BpfFileSystem = lab.BpfPath,
            Window = TimeSpan.FromSeconds(10),
            MetricsListen = "127.0.0.1:0",
        };
    }
}
