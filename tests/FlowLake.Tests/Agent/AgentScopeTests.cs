using FlowLake.Agent.Bpf;
using FlowLake.Schemas.Cluster;
using FlowLake.Schemas.Coverage;
using FlowLake.Tests.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>Agents on a real kernel: pods left out by decision, and pods that are gone before anybody looks.</summary>
[Collection(nameof(KernelLab))]
public sealed class AgentScopeTests : IDisposable
{
    private readonly CaptureLake lake = new();

    private KernelLab Lab => lake.Lab;

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task What_a_namespace_that_is_left_out_moves_is_in_coverage_by_its_name_and_in_no_row()
    {
        var caller = Lab.PodOn(Lab.First);
        await using var agent = await RunningAgent.StartAsync(lake.OptionsOf(Lab.First) with { NamespacesExcluded = ["app"] });

        var sent = caller.Do($"udp-scatter {Lab.Second.IPv4} 8000 10 100").Sent;
        await agent.StopAsync();

        Assert.Equal(0, lake.Inbox.Sum("payload_to_server"));
        var excluded = lake.Inbox.Coverage.Where(row => row.Reason == CoverageReason.Excluded).ToDictionary(row => row.Unit, row => (row.Namespace, row.Amount));
        Assert.Equal(("app", sent), excluded["bytes"]);
        Assert.Equal(("app", 10), excluded["packets"]);
    }

    [Fact]
    public async Task An_annotation_given_while_the_agent_runs_takes_the_pod_out_from_then_on()
    {
        var caller = Lab.PodOn(Lab.First);
        await using var agent = await RunningAgent.StartAsync(lake.OptionsOf(Lab.First));
        var before = caller.Do($"udp-scatter {Lab.Second.IPv4} 8000 10 100").Sent;

        lake.Change(cluster => cluster with { Namespaces = [new ClusterNamespace { Name = "app", Observe = false }] });
        // Each try sends as much; those after the change are left out.
        var tries = 0;
        Assert.True(SpinWait.SpinUntil(
            () =>
            {
                caller.Do($"udp-scatter {Lab.Second.IPv4} 8000 10 100");
                tries++;
                Thread.Sleep(200);
                return agent.Log.Split("event=directory_loaded").Length > 1;
            },
            TimeSpan.FromSeconds(60)));
        caller.Do($"udp-scatter {Lab.Second.IPv4} 8000 10 100");
        await agent.StopAsync();

        var observed = lake.Inbox.Sum("payload_to_client") + lake.Inbox.Sum("payload_to_server");
        var excluded = lake.Inbox.CoverageSum(CoverageReason.Excluded, "bytes");
        Assert.Equal(before * (tries + 2), observed + excluded);
        Assert.True(observed >= before && excluded > 0, $"{observed} observed, {excluded} not");
    }

    [Fact]
    public async Task A_pod_whose_cgroup_is_gone_before_its_window_closes_is_named_by_it()
    {
        var folder = Path.Combine(Lab.First.Cgroup, "brief");
        // On the host's network, so that no address names it.
        lake.Change(cluster => cluster with
        {
            Pods =
            [
                .. cluster.Pods,
                new ClusterPod { Namespace = "app", Name = "brief", Node = Lab.First.Namespace, HostNetwork = true, Cgroup = Path.GetRelativePath(CgroupFileSystem.FindMount()!, folder) },
            ],
        });
        await using var agent = await RunningAgent.StartAsync(lake.OptionsOf(Lab.First));

        System.IO.Directory.CreateDirectory(folder);
        long sent;
        using (var pod = new TrafficPod(folder, Lab.First.Namespace))
            sent = pod.Do($"udp-scatter {Lab.Second.IPv4} 8000 10 100").Sent;
        System.IO.Directory.Delete(folder);
        await agent.StopAsync();

        Assert.Equal(
            sent,
            lake.Inbox.Query("SELECT sum(payload_to_server + payload_to_client)::BIGINT FROM inbox WHERE client_pod = 'brief' OR server_pod = 'brief'").Select(row => (long)row[0]!).Single());
        Assert.DoesNotContain("cgroups_unseen", agent.Log, StringComparison.Ordinal);
    }
}
