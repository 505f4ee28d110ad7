using System.Text;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

/// <summary>From a real API server's bytes to the directory, without the network.</summary>
public sealed class ResourceIntakeTests
{
    private static readonly byte[] list = ReplayServer.Recorded("list-pods.http").Body;

    private readonly PodDirectory directory = new("node-a");
    private readonly WatchCounters counters = new();
    private readonly ClusterModel model;
    private readonly ResourceIntake pods;

    public ResourceIntakeTests()
    {
        model = new ClusterModel(directory, counters, TimeProvider.System);
        pods = new ResourceIntake(ResourceKind.Pods, model, new NamePool(), counters);
        model.Complete();
    }

    [Fact]
    public void A_pod_that_is_known_as_it_is_costs_no_memory_in_a_list()
    {
        Action<ReadOnlyMemory<byte>> take = pods.TakeItem;
        var cutter = new ObjectCutter(2, 1 << 20);
        // Once to know the pods, and once for what the runtime makes when code first runs.
        List(cutter, take);
        List(cutter, take);
        pods.BeginList();

        Assert.Equal(0, Allocated(() => cutter.Take(list, take)));
        Assert.Equal(0, counters.Skipped);
        Assert.NotNull(Holder("10.244.1.40"));
    }

    [Fact]
    public void An_event_that_changes_nothing_costs_no_memory()
    {
        List(new ObjectCutter(2, 1 << 20), pods.TakeItem);
        var stream = new List<byte>();
        new ObjectCutter(2, 1 << 20).Take(list, item => stream.AddRange([.. """{"type":"MODIFIED","object":"""u8, .. item.Span, .. "}\n"u8]));
        byte[] events = [.. stream, .. """{"type":"BOOKMARK","object":{"kind":"Pod","metadata":{"resourceVersion":"305"}}}"""u8];
        Action<ReadOnlyMemory<byte>> take = pods.TakeEvent;
        var cutter = new ObjectCutter(0, 1 << 20);
        cutter.Take(events, take);

        Assert.Equal(0, Allocated(() => cutter.Take(events, take)));
        Assert.Equal((42, 0), (counters.Events, counters.Skipped));
        Assert.Equal("305", pods.Version);
    }

    [Fact]
    public void A_list_that_breaks_off_adds_what_it_had_and_takes_nothing_away()
    {
        List(new ObjectCutter(2, 1 << 20), pods.TakeItem);

        pods.BeginList();
        pods.TakeItem(Encoding.UTF8.GetBytes("""{"metadata":{"namespace":"app","name":"new"},"spec":{"nodeName":"node-b"},"status":{"podIP":"10.244.2.99"}}"""));
        Assert.Equal("new", Assert.IsType<PodEntry>(Holder("10.244.2.99")).Name);
        Assert.NotNull(Holder("10.244.1.40"));

        List(new ObjectCutter(2, 1 << 20), pods.TakeItem);

        Assert.Null(Holder("10.244.2.99"));
        Assert.NotNull(Holder("10.244.1.40"));
    }

    [Fact]
    public void What_a_list_does_not_have_is_gone_of_every_kind()
    {
        foreach (var (kind, file, address) in new[]
        {
            (ResourceKind.Nodes, "list-nodes.http", "10.0.2.10"),
            (ResourceKind.Services, "list-services.http", "10.96.173.134"),
            (ResourceKind.Pods, "list-pods.http", "10.244.1.40"),
        })
        {
            var intake = new ResourceIntake(kind, model, new NamePool(), counters);
            intake.BeginList();
            new ObjectCutter(2, 1 << 20).Take(ReplayServer.Recorded(file).Body, intake.TakeItem);
            intake.EndList("1");
            Assert.NotNull(Holder(address));

            intake.BeginList();
            intake.EndList("2");

            Assert.Null(Holder(address));
        }
    }

    [Fact]
    public void A_pod_of_this_node_that_another_took_the_name_of_behind_a_gap_has_the_others_cgroup()
    {
        const string name = "etcd-0";
        Take("11111111-1111-4111-8111-111111111111");
        var version = model.LocalVersion;
        Take("11111111-1111-4111-8111-111111111111");
        Assert.Equal(version, model.LocalVersion);

        Take("22222222-2222-4222-8222-222222222222");

        Assert.NotEqual(version, model.LocalVersion);
        Assert.Equal(["11111111111141118111111111111111", "22222222222242228222222222222222"], directory.LocalCgroups.Where(cgroup => cgroup.Pod.Name == name).Select(cgroup => cgroup.Uid));

        // By its name, its node and its addresses, of which it has none of its own, it is the same.
        void Take(string uid) => pods.TakeItem(Encoding.UTF8.GetBytes(
            $$$"""{"metadata":{"namespace":"db","name":"{{{name}}}","uid":"{{{uid}}}"},"spec":{"nodeName":"node-a","hostNetwork":true},"status":{"podIP":"10.0.1.10"}}"""));
    }

    [Fact]
    public void A_pod_whose_label_makes_it_the_agents_or_no_longer_is_taken_at_its_word()
    {
        Take("web");
        Assert.True(RunsAgent("node-b")); // No agent is seen as a pod: who runs one is not to be known.

        Take(ObjectReader.AgentName);
        Take("web", node: "node-c", name: "other");
        Assert.True(RunsAgent("node-b"));
        Assert.False(RunsAgent("node-c"));

        Take("web");

        Assert.False(RunsAgent("node-b"));

        void Take(string label, string node = "node-b", string name = "p") => pods.TakeItem(Encoding.UTF8.GetBytes(
            $$$"""{"metadata":{"namespace":"app","name":"{{{name}}}","labels":{"app.kubernetes.io/name":"{{{label}}}"}},"spec":{"nodeName":"{{{node}}}"},"status":{"conditions":[{"type":"Ready","status":"True"}]}}"""));

        bool RunsAgent(string node)
        {
            var later = TimeProvider.System.GetUtcNow() + AgentNodes.CountsOn + TimeSpan.FromMinutes(1);
            return directory.RunsAgent(node, later, later.AddMinutes(1));
        }
    }

    [Fact]
    public void A_pod_with_a_name_no_pod_can_have_is_left_out_and_counted()
    {
        pods.TakeItem(Encoding.UTF8.GetBytes($$$"""{"metadata":{"namespace":"app","name":"{{{new string('n', PodClaim.NameMax + 1)}}}"},"spec":{"nodeName":"node-b"},"status":{"podIP":"10.244.2.99"}}"""));

        Assert.Null(Holder("10.244.2.99"));
        Assert.Equal(1, counters.Skipped);
    }

    private void List(ObjectCutter cutter, Action<ReadOnlyMemory<byte>> take)
    {
        pods.BeginList();
        cutter.Take(list, take);
        pods.EndList("280");
    }

    private AddressHolder? Holder(string address)
    {
        var now = TimeProvider.System.GetUtcNow();
        return directory.HolderOf(Clusters.Key(address), now, now.AddSeconds(1));
    }

    private static long Allocated(Action work)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        work();
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
