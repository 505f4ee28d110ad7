using FlowLake.Demo.Machine;
using FlowLake.Demo.Proof;
using Xunit;

namespace FlowLake.Tests.Demo;

/// <summary>The sixteen pods in their network namespaces, with the Service's rules.</summary>
public class DemoPodsTests
{
    private const int CallsPerSecond = 300;

    private static CancellationToken Stop => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Both_ends_of_every_pair_count_the_same_and_nothing_is_left_behind()
    {
        await using var machine = new DemoMachine("pods");
        await machine.CreateAsync();
        var pods = machine.NewPods(CallsPerSecond);
        await pods.StartAsync(Stop);
        await Task.Delay(TimeSpan.FromSeconds(4), Stop);
        var counts = await pods.StopAsync();

        Assert.Empty(machine.Said);
        Assert.Empty(counts.Lost);
        Assert.Equal(16, counts.Documents.Count);
        Assert.All(counts.Documents, document => Assert.Equal((0, 0, 0), (document.Failed, document.DatagramsUnanswered, document.DatagramsDropped)));

        var pairs = TrafficProof.Compare(machine.Topology, counts.Documents, []).Pairs;
        Assert.All(pairs, pair => Assert.Equal(pair.ByClient, pair.ByServer));
        Assert.Equal(machine.Topology.DatagramPairs.Select(pair => pair.Client.Name), pairs.Where(pair => pair.Pair.Protocol == "udp").Select(pair => pair.Pair.Client).Order(StringComparer.Ordinal).OrderBy(name => name.Length));
        Assert.True(pairs.Count(pair => pair.Pair.Protocol == "tcp") > 40, "every client reaches most servers, by the Service or straight");
        var bulk = pairs.Single(pair => pair.Pair == new FlowPair("client-1", "server-3", "tcp"));
        Assert.True(bulk.ByClient.ToClient > 1_000_000, "the bulk pair streamed");

        await Leftovers.RemoveAsync(machine.Names, TimeProvider.System);
        Assert.Empty(machine.Traces());
    }

    [Fact]
    public async Task A_pod_that_is_killed_is_started_again_and_reported_as_lost()
    {
        await using var machine = new DemoMachine("kill");
        await machine.CreateAsync();
        var pods = machine.NewPods(CallsPerSecond);
        await pods.StartAsync(Stop);
        var victim = pods.Children.First(child => child.Name == "client-3");
        System.Diagnostics.Process.GetProcessById(victim.ProcessId!.Value).Kill();
        while (victim.Restarts == 0)
            await Task.Delay(20, Stop);
        var counts = await pods.StopAsync();

        Assert.Contains("client-3", counts.Lost);
        Assert.Contains(machine.Said, line => line.StartsWith("client-3 ended by itself", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_a_killed_demo_left_is_found_and_removed()
    {
        await using var machine = new DemoMachine("left");
        await machine.CreateAsync();
        await Mounts.MountBpfAsync(machine.Names.BpfFolder);
        var pods = machine.NewPods(CallsPerSecond);
        await pods.StartAsync(Stop);
        Assert.NotEmpty(machine.Traces());

        // Another demo knows the names alone. That this one's children restart is no help to them: their cgroups are gone.
        var found = await Leftovers.RemoveAsync(machine.Names, TimeProvider.System);

        Assert.Contains("cgroups", found);
        Assert.Contains("17 network namespaces", found);
        await pods.StopAsync();
        await Leftovers.RemoveAsync(machine.Names, TimeProvider.System);
        Assert.Empty(machine.Traces());
        Assert.Empty(await Leftovers.RemoveAsync(machine.Names, TimeProvider.System));
    }
}
