using System.Globalization;
using System.Net;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Lab;

/// <summary>A pod of the lab.</summary>
/// <param name="Cgroup">Its cgroup v2 folder.</param>
/// <param name="Namespace">Its network namespace; its interface there is <c>eth0</c>.</param>
/// <param name="Address">Its address.</param>
/// <param name="Port">Name of the other end of its cable, in the bridge's namespace.</param>
internal sealed record LabPod(string Cgroup, string Namespace, IPAddress Address, string Port)
{
    private const int EthernetHeader = 14;

    /// <summary>IP bytes its interface has sent and received.</summary>
    public (long Out, long In) IpBytes() => (IpBytes("tx"), IpBytes("rx"));

    private long IpBytes(string direction) => Statistic($"{direction}_bytes") - (Statistic($"{direction}_packets") * EthernetHeader);

    private long Statistic(string statistic) =>
        long.Parse(Shell.Run($"ip netns exec {Namespace} cat /sys/class/net/eth0/statistics/{statistic}"), CultureInfo.InvariantCulture);
}
