using System.Text.Json.Nodes;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Directory.Kubernetes;
using FlowLake.Agent.Windows;
using FlowLake.Tests.Agent.Windows;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

/// <summary>Which nodes run an agent, as the API server says of the agents' own pods, and what that makes of a client's rows.</summary>
public sealed class AgentPodTests
{
    private const string Client = "10.244.1.40"; // on node-a, where we are
    private const string Server = "10.244.2.21"; // on node-b
    private const string ServerWithoutAgent = "10.244.3.25"; // on node-c
    private const string AgentOnB = "client-5d9c7b6f48-c0001";

    private readonly PodDirectory directory = new("node-a");
    private readonly Queue<ReplayedAnswer> events = [];

    [Fact]
    public async Task A_clients_row_is_primary_while_no_agent_on_the_servers_node_is_ready()
    {
        await using var server = new ReplayServer(Answer);
        await using var feed = new KubernetesFeed(new ApiServerAccess(server.Address), directory, TimeProvider.System);
        await feed.StartAsync(TestContext.Current.CancellationToken);
        feed.Poll();
        var now = TimeProvider.System.GetUtcNow();
        // The kernel half of an agent that is not ready counts on for a while.
        var later = now + AgentNodes.CountsOn + TimeSpan.FromMinutes(10);

        Assert.Equal((false, true), (IsPrimary(Server, now), IsPrimary(ServerWithoutAgent, now)));
        Assert.False(IsPrimary(Server, later));

        Happen(isReady: false);
        await feed.UntilAsync(() => IsPrimary(Server, later));
        Assert.False(IsPrimary(Server, now));

        Happen(isReady: true);
        await feed.UntilAsync(() => !IsPrimary(Server, later));
        Assert.True(IsPrimary(ServerWithoutAgent, later));
        Assert.Null(feed.Fault);
    }

    private static byte[] WithAgent(byte[] list)
    {
        var pods = JsonNode.Parse(list)!;
        AgentIn(pods);
        return Bytes(pods);
    }

    /// <summary>The pod that is the agent's in a list, with the label that says so.</summary>
    private static JsonNode AgentIn(JsonNode list)
    {
        var pod = list["items"]!.AsArray().Single(pod => (string)pod!["metadata"]!["name"]! == AgentOnB)!;
        Assert.Equal("node-b", (string)pod["spec"]!["nodeName"]!);
        pod["metadata"]!["labels"]!["app.kubernetes.io/name"] = ObjectReader.AgentName;
        return pod;
    }

    private static byte[] Bytes(JsonNode node) => System.Text.Encoding.UTF8.GetBytes(node.ToJsonString() + "\n");

    private bool IsPrimary(string serverAddress, DateTimeOffset start)
    {
        var content = NamedFlows.Name(directory, new FlowWindow(start, start.AddMinutes(1)), [NamedFlows.Flow(Client, serverAddress, FlowRole.Client, 8080)]);
        return Assert.Single(content.Rows).IsPrimary;
    }

    /// <summary>The next watch of pods tells that the agent's is so.</summary>
    private void Happen(bool isReady)
    {
        var pod = AgentIn(JsonNode.Parse(ReplayServer.Recorded("list-pods.http").Body)!).DeepClone();
        pod["metadata"]!["resourceVersion"] = "900";
        pod["status"]!["conditions"]!.AsArray().Single(condition => (string)condition!["type"]! == "Ready")!["status"] = isReady ? "True" : "False";
        lock (events)
            events.Enqueue(new ReplayedAnswer("watch-pods.http", Edit: _ => Bytes(new JsonObject { ["type"] = "MODIFIED", ["object"] = pod })));
    }

    private ReplayedAnswer Answer(string target)
    {
        var kind = target[..target.IndexOf('?', StringComparison.Ordinal)].Split('/')[^1];
        if (!target.Contains("?watch", StringComparison.Ordinal))
            return kind == "pods" ? new ReplayedAnswer("list-pods.http", Edit: WithAgent) : new ReplayedAnswer(kind == "replicasets" ? "list-replicasets-metadata-only.http" : $"list-{kind}.http");
        if (kind != "pods")
            return ReplayedAnswer.Silence;
        lock (events)
            return events.TryDequeue(out var next) ? next : new ReplayedAnswer(null); // A watch in which nothing happens, and that ends at once.
    }
}
