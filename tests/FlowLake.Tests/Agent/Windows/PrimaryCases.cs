using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using static FlowLake.Tests.Agent.Windows.PrimaryCluster;

namespace FlowLake.Tests.Agent.Windows;

/// <summary>The situations of TCP.</summary>
internal static class PrimaryCases
{
    private const string MixedLimit = "what went to its observed endpoints is there twice";
    private const string ServiceGapLimit = "Behind a Service's address the client's row names no node";
    private const string TranslatedLimit = "Behind SNAT the primary row names the node";
    private const string SidecarLimit = "the application's connection and the proxy's are both rows of the client";
    private const string PartLimit = "where the server's node was observed for a part of a window, the rest is in neither view";

    private static readonly DateTimeOffset longAgo = Rows.Start.AddDays(-1);

    public static readonly PrimaryCase[] All =
    [
        new("pods of two nodes", Tcp(Client, Server)) { Named = ["client > server:8080"] },
        new("pods of one node", new Connection(Calls(A, Client, Neighbour), Serves(A, Neighbour, Client))) { Named = ["client > neighbour:8080"] },
        new("both ways at once", Tcp(Client, Server), new Connection(Calls(B, Server, Client), Serves(A, Client, Server))) { Named = ["client > server:8080", "server > client:8080"] },

        new("host-network client", new Connection(Calls(A, NodeA, Server) with { Cgroup = HostA }, Serves(B, Server, NodeA))) { Named = ["node-a > server:8080"] },
        new("host-network server", new Connection(Calls(A, Client, NodeB), Serves(B, NodeB, Client) with { Cgroup = HostB })) { Named = ["client > host-b:8080"] },
        new("host-network at both ends", new Connection(Calls(A, NodeA, NodeB) with { Cgroup = HostA }, Serves(B, NodeB, NodeA) with { Cgroup = HostB })) { Named = ["node-a > host-b:8080"] },
        new("kubelet's probe of its own pod", new Connection(Calls(B, NodeB, Server), Serves(B, Server, NodeB))) { Named = ["node-b > server:8080"] },
        new("API server on a node without an agent", new Connection(Calls(A, Client, NodeC, 6443))) { Named = ["client > node-c:6443"] },

        new("no agent on the server's node", new Connection(Calls(A, Client, Far))) { Named = ["client > far:8080"] },
        new("no agent on the client's node", new Connection(Serves(A, Client, Far))) { Named = ["far > client:8080"] },

        new("ClusterIP, all endpoints observed", new Connection(Calls(A, Client, AllObserved, 80), Serves(B, Server, Client)), new Connection(Calls(A, Client, AllObserved, 80), Serves(A, Neighbour, Client)))
        {
            Named = ["client > neighbour:8080", "client > server:8080"],
        },
        new("ClusterIP, no endpoint observed", new Connection(Calls(A, Client, NoneObserved, 80))) { Named = ["client > Service none:8080"] },
        new("ClusterIP, some endpoints observed", new Connection(Calls(A, Client, SomeObserved, 80), Serves(B, Server, Client)) { Counted = 2 }, new Connection(Calls(A, Client, SomeObserved, 80)))
        {
            Named = ["client > Service some:8080", "client > server:8080"],
            Mixed = Connection.Bytes(0) + Connection.Bytes(1),
            Limit = MixedLimit,
        },
        new("ClusterIP of the client's own pod, masqueraded", new Connection(Calls(A, Neighbour, AllObserved, 80), Serves(A, Neighbour, "10.1.0.1"))) { Named = ["node-a > neighbour:8080"], Limit = TranslatedLimit },
        new("load balancer's address, cut short", new Connection(Calls(A, Client, LoadBalancer, 80), Serves(B, Server, Client))) { Named = ["client > server:8080"] },

        new("node-local DNS over TCP", new Connection(Calls(A, Client, NodeLocalDns, 53), Serves(A, NodeLocalDns, Client, 53) with { Cgroup = HostA })) { Named = ["client > host-a:53"] },
        new("link-local IPv6", new Connection(Calls(A, "fe80::1", "fe80::2") with { Cgroup = HostA }, Serves(A, "fe80::2", "fe80::1"))) { Named = ["node-a > node-a:8080"] },
        new("the cloud's metadata", new Connection(Calls(A, Client, CloudMetadata, 80))) { Named = ["client > node-a:80"] },

        new("excluded server", new Connection(Calls(A, Client, Hidden))) { Named = ["client > hidden:8080"] },
        new("excluded client", new Connection(Serves(A, Client, Hidden))) { Named = ["hidden > client:8080"] },

        new("out of the cluster", new Connection(Calls(A, Client, Outside, 443))) { Named = ["client > 198.51.100.7:443"] },
        new("into the cluster", new Connection(Serves(A, Client, Outside, 443))) { Named = ["198.51.100.7 > client:443"] },
        new("NodePort of another node, masqueraded there", new Connection(Serves(B, Server, NodeA))) { Named = ["node-a > server:8080"], Limit = TranslatedLimit },
        new("pod behind SNAT to a pod", new Connection(Calls(A, Client, Server), Serves(B, Server, NodeA))) { Named = ["node-a > server:8080"], Limit = TranslatedLimit },
        new("pod behind SNAT out of the cluster", new Connection(Calls(A, Client, Outside, 443))) { Named = ["client > 198.51.100.7:443"] },

        new("sidecars at both ends", Sidecars(Server, Serves(B, Server, Client, 15006))) { Named = ["client > server:15006"], Limit = "a sidecar's redirect shows the proxy's hops" },
        new("sidecar to a node without an agent", Sidecars(Far) with { Counted = 2 }) { Named = ["client > far:8080"], Limit = SidecarLimit },

        new("agent dead on the server's node", Tcp(Client, Server)) { Named = ["gap: client > server:8080"], Dead = [B] },
        new("agent dead on the client's node", Tcp(Client, Server)) { Named = ["client > server:8080"], Dead = [A] },
        new("agent dead behind a ClusterIP", new Connection(Calls(A, Client, AllObserved, 80), Serves(B, Server, Client)) { Counted = 0 }) { Named = [], Dead = [B], Limit = ServiceGapLimit },
        new("agent's pod gone for an hour", Tcp(Client, Server))
        {
            Named = ["client > server:8080"],
            Dead = [B],
            Agents = Agents(gone: Rows.Start.AddHours(-1)),
        },
        new("agent's pod gone a minute ago", Tcp(Client, Server))
        {
            Named = ["gap: client > server:8080"],
            Dead = [B],
            Agents = Agents(gone: Rows.Start.AddMinutes(-1)),
        },
        new("agent's pod gone, its node's bytes in the next one's longer window", Tcp(Client, Server)) { Named = ["client > server:8080"], Agents = Agents(gone: Rows.Start.AddMinutes(-1)) },
        new("node observed for a part of the window", new Connection(Calls(A, Client, Server)) { Counted = 0 }) { Named = [], Limit = PartLimit },
    ];

    /// <summary>From one pod on node-a to one on node-b.</summary>
    private static Connection Tcp(string client, string server) => new(Calls(A, client, server), Serves(B, server, client));

    /// <summary>The application's socket, redirected to the proxy, keeps the server's address; so does the proxy's own. What goes over loopback no kernel counts.</summary>
    private static Connection Sidecars(string server, params Sight[] served) => new([Calls(A, Client, server), Calls(A, Client, server) with { Cgroup = 2 }, .. served]);

    private static Sight Calls(string node, string local, string remote, ushort port = 8080) => new(node, FlowRole.Client, local, remote, port);

    private static Sight Serves(string node, string local, string remote, ushort port = 8080) => new(node, FlowRole.Server, local, remote, port);

    private static Action<PodDirectory> Agents(DateTimeOffset gone) => directory =>
    {
        directory.SetAgentPod("flowlake", "agent-a", A, isReady: true, longAgo);
        directory.SetAgentPod("flowlake", "agent-b", B, isReady: true, longAgo);
        directory.RemoveAgentPod("flowlake", "agent-b", gone);
    };
}
