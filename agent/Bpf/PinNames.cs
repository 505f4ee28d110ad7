namespace FlowLake.Agent.Bpf;

/// <summary>Names in the object file that are names of pins too.</summary>
internal static class PinNames
{
    internal const string FlowsEven = "flows_even";
    internal const string FlowsOdd = "flows_odd";
    internal const string ReserveEven = "reserve_even";
    internal const string ReserveOdd = "reserve_odd";
    internal const string Active = "active";
    internal const string Sockets = "sockets";
    internal const string Losses = "losses";
    internal const string Control = "control";
    internal const string Excluded = "excluded";
    internal const string Namespaces = "namespaces";
    internal const string CgroupsMade = "cgroups_made";

    internal const string TcpEvents = "tcp_events";
    internal const string PacketIn = "packet_in";
    internal const string PacketOut = "packet_out";
    internal const string Sweep = "sweep";
    internal const string CgroupMade = "cgroup_made";

    internal static readonly string[] Maps = [FlowsEven, FlowsOdd, ReserveEven, ReserveOdd, Active, Sockets, Losses, Control, Excluded, Namespaces, CgroupsMade];
    internal static readonly string[] CgroupPrograms = [TcpEvents, PacketIn, PacketOut];

    /// <summary>Programs at tracepoints, with the tracepoint each is at.</summary>
    internal static readonly KeyValuePair<string, string>[] Tracepoints = [new(CgroupMade, "cgroup_mkdir")];

    internal static readonly string[] Programs = [.. CgroupPrograms, Sweep, .. Tracepoints.Select(pair => pair.Key)];

    /// <summary>A program's link is pinned under a name of its own, apart from maps.</summary>
    internal static string Link(string program) => $"link_{program}";
}
