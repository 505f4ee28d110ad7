using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Flows;

namespace FlowLake.Tests.Agent.Windows;

/// <summary>Rows to fold and to store.</summary>
internal static class Rows
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    public static FlowRecord Row(int number, long payload = 1, FlowObserver observer = FlowObserver.Server, bool primary = true, string protocol = "tcp", string? clientZone = "a", string? serverZone = "b") => new()
    {
        WindowStart = Start,
        WindowSeconds = 60,
        Zone = serverZone,
        Node = "node-a",
        Observer = observer,
        IsPrimary = primary,
        Protocol = protocol,
        ServerPort = 8080,
        Client = new FlowEnd { Kind = EndKind.Pod, Namespace = "app", Pod = $"client-{number}", Workload = "client", Zone = clientZone, Ip = "10.0.0.1" },
        Server = new FlowEnd { Kind = EndKind.Pod, Namespace = "app", Pod = "server", Workload = "server", Zone = serverZone, Ip = "10.0.0.2" },
        PayloadToServer = payload,
        PayloadToClient = 2 * payload,
        ConnectionsOpened = 1,
    };

    /// <summary>One query for a name of its own.</summary>
    public static DnsRecord Dns(int number) => new()
    {
        WindowStart = Start,
        WindowSeconds = 60,
        Node = "node-a",
        Observer = FlowObserver.Client,
        IsPrimary = true,
        Client = new FlowEnd { Kind = EndKind.Pod, Namespace = "app", Pod = "client", Workload = "client", Ip = "10.0.0.1" },
        Server = new FlowEnd { Kind = EndKind.Pod, Namespace = "kube-system", Pod = "dns", Workload = "dns", Ip = "10.0.0.53" },
        QueryName = $"name-{number}.test",
        QueryType = "A",
        ResponseCode = "NOERROR",
        Queries = 1,
    };

    public static DropRecord Drop(long packets) => new() { WindowStart = Start, WindowSeconds = 60, Node = "node-a", Reason = "NO_SOCKET", Protocol = "udp", Packets = packets, Bytes = 100 * packets };
}
