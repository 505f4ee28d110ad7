using FlowLake.Agent.Bpf;
using FlowLake.Schemas.Flows;
using static FlowLake.Tests.Agent.Windows.PrimaryCluster;

namespace FlowLake.Tests.Agent.Windows;

/// <summary>The situations of UDP, where the lower port is the server's, at equal ports the lower address, and packets are seen on their way.</summary>
internal static class PrimaryDatagramCases
{
    private const string TurnedLimit = "UDP whose translation turns round which end has the lower port";

    private static readonly (bool, bool) sends = (true, false);
    private static readonly (bool, bool) receives = (false, true);

    public static readonly PrimaryCase[] All =
    [
        new("UDP", new Connection(Calls(A, Client, Server, 53), Serves(B, Server, Client, 53))) { Named = ["client > server:53"] },
        new("UDP the other way", new Connection(Calls(B, Server, Client, 53), Serves(A, Client, Server, 53))) { Named = ["server > client:53"] },
        new("UDP, the caller has the lower port", new Connection(Serves(A, Client, Server, 2_000), Calls(B, Server, Client, 2_000))) { Named = ["server > client:2000"] },
        new("UDP out of the cluster", new Connection(Calls(A, Client, Outside, 443))) { Named = ["client > 198.51.100.7:443"] },
        new("UDP into the cluster", new Connection(Serves(A, Client, Outside, 443))) { Named = ["198.51.100.7 > client:443"] },
        new("UDP by a ClusterIP, translated on the node", new Connection(Calls(A, Client, AllObserved, 53), Serves(B, Server, Client, 5353))) { Named = ["client > server:5353"] },

        // The host's own sockets: what they send is seen translated, what they receive as the socket knows it.
        new("UDP by a ClusterIP, from the host's network", new Connection([.. HostCalls(Server, AllObserved), Serves(B, Server, NodeA, 5353)])) { Named = ["node-a > server:5353"] },
        new("UDP by a ClusterIP without observed endpoints, from the host's network", new Connection(HostCalls(Far, NoneObserved))) { Named = ["host-a > Service none:5353", "host-a > far:5353"] },

        new("node-local DNS", new Connection(Calls(A, Client, NodeLocalDns, 53), Serves(A, NodeLocalDns, Client, 53) with { Cgroup = HostA })) { Named = ["client > host-a:53"] },
        new("UDP to an excluded server", new Connection(Calls(A, Client, Hidden, 53))) { Named = ["client > hidden:53"] },
        new("UDP, agent dead on the server's node", new Connection(Calls(A, Client, Server, 53), Serves(B, Server, Client, 53))) { Named = ["gap: client > server:53"], Dead = [B] },
        new("UDP behind SNAT", new Connection(Calls(A, Client, Server, 53), Serves(B, Server, NodeA, 53))) { Named = ["node-a > server:53"], Limit = "Behind SNAT the primary row names the node" },
        new("UDP by a Service's port above the client's", new Connection(Serves(A, Client, AllObserved, 40_000), Serves(B, Server, Client, 5300)) { Counted = 2 })
        {
            Named = ["Service all > client:40000", "client > server:5300"],
            Limit = TurnedLimit,
        },
    ];

    private static Sight[] HostCalls(string endpoint, string service) =>
    [
        Calls(A, NodeA, endpoint, 5353) with { Cgroup = HostA, Halves = sends },
        Calls(A, NodeA, service, 53) with { Cgroup = HostA, Halves = receives },
    ];

    private static Sight Calls(string node, string local, string remote, ushort port) => new(node, FlowRole.Client, local, remote, port) { Protocol = FlowProtocol.Udp };

    private static Sight Serves(string node, string local, string remote, ushort port) => new(node, FlowRole.Server, local, remote, port) { Protocol = FlowProtocol.Udp };
}
