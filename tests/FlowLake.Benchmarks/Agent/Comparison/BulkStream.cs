using System.Globalization;
using System.Text.Json;
using FlowLake.Benchmarks.Agent.Lab;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Comparison;

/// <summary>Bulk traffic from a calling pod to a serving one, by iperf3.</summary>
internal sealed class BulkStream(LabPod caller, LabPod callee)
{
    private const int Port = 5_201;

    /// <summary>Sends for so long as fast as it goes; gives the bits a second the server received.</summary>
    public double Run(int seconds)
    {
        // One server a run, which ends with it. Both enter their pod's cgroup before they make a socket.
        string server = In(callee, Text($"iperf3 --server --one-off --port {Port}"));
        string client = In(caller, Text($"iperf3 --client {callee.Address} --port {Port} --time {seconds} --json"));
        string listening = Text($"ip netns exec {callee.Namespace} ss -Htln sport = :{Port} | grep -q .");
        using var answer = JsonDocument.Parse(Shell.Run($"({server}) > /dev/null & until {listening}; do sleep 0.05; done; ({client}); wait"));
        return answer.RootElement.GetProperty("end").GetProperty("sum_received").GetProperty("bits_per_second").GetDouble();
    }

    private static string In(LabPod pod, string command) => $"echo 0 > {pod.Cgroup}/cgroup.procs; exec ip netns exec {pod.Namespace} {command}";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
