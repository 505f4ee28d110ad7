namespace FlowLake.Agent.Bpf;

/// <summary>Names in the object file that are names of pins too.</summary>
internal static class PinNames
{
    internal const string FlowsEven = "flows_even";
    internal const string FlowsOdd = "flows_odd";
    internal const string ReserveEven = "reserve_even";
    internal const string ReserveOdd = "reserve_odd";
    internal const string DropsEven = "drops_even";
    internal const string DropsOdd = "drops_odd";
    internal const string Active = "active";
    internal const string DnsEven = "dns_even";
    internal const string DnsOdd = "dns_odd";
    internal const string DnsReserveEven = "dns_reserve_even";
    internal const string DnsReserveOdd = "dns_reserve_odd";
    internal const string DnsActive = "dns_active";
    internal const string DnsWaiting = "dns_waiting";
    internal const string Slots = "slots";
    internal const string SlotGroups = "slot_groups";
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
    internal const string SlotSweep = "slot_sweep";
    internal const string DnsSweep = "dns_sweep";
    internal const string CgroupMade = "cgroup_made";
    internal const string FindListeners = "find_listeners";
    internal const string Adopt = "adopt";

    internal static readonly string[] Maps =
    [
        FlowsEven, FlowsOdd, ReserveEven, ReserveOdd, DropsEven, DropsOdd, Active,
        DnsEven, DnsOdd, DnsReserveEven, DnsReserveOdd, DnsWaiting, DnsActive,
        Slots, SlotGroups, Sockets, Losses, Control, Excluded, Namespaces, CgroupsMade,
    ];
    internal static readonly string[] CgroupPrograms = [TcpEvents, PacketIn, PacketOut];
    internal static readonly TracingProgram[] TracingPrograms =
    [
        new(CgroupMade, "cgroup_mkdir", "cgroups as they are made"),
        new("adopted_closed", "inet_sock_set_state", "the end of connections that were open before the agent"),
        new("adopted_destroyed", "tcp_destroy_sock", "the end of connections that were open before the agent"),
        new("reset_sent", "tcp_send_reset", "resets sent"),
        new("reset_received", "tcp_receive_reset", "resets received"),
        new("dropped", "kfree_skb", "dropped packets"),
    ];

    internal static readonly string[] Programs = [.. CgroupPrograms, Sweep, SlotSweep, DnsSweep, .. TracingPrograms.Select(program => program.Name)];

    /// <summary>A program's link is pinned under a name of its own, apart from maps.</summary>
    internal static string Link(string program) => $"link_{program}";
}
