using System.Globalization;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

/// <summary>Real cgroups, which need root.</summary>
public sealed class CgroupIndexTests : IDisposable
{
    private readonly string mount = CgroupFileSystem.FindMount() ?? throw new InvalidOperationException("these tests need cgroup v2: mount -t cgroup2 none /sys/fs/cgroup");
    private readonly string name = string.Create(CultureInfo.InvariantCulture, $"flagent-index-{Environment.ProcessId}-{Guid.NewGuid():N}");
    private readonly Stack<string> made = [];
    private readonly List<PodCgroup> cgroups = [];
    private readonly CgroupIndex index;

    public CgroupIndexTests() => index = new CgroupIndex(mount, () => cgroups, Path.Combine(mount, name));

    public void Dispose()
    {
        foreach (var folder in made.Where(System.IO.Directory.Exists))
            System.IO.Directory.Delete(folder);
    }

    private ulong Make(string path)
    {
        var folder = Path.Combine(mount, name, path);
        var missing = new Stack<string>();
        for (var above = folder.TrimEnd('/'); !System.IO.Directory.Exists(above); above = Path.GetDirectoryName(above)!)
            missing.Push(above);
        foreach (var step in missing)
        {
            System.IO.Directory.CreateDirectory(step);
            made.Push(step);
        }

        return CgroupFileSystem.IdOf(folder);
    }

    private PodEntry Add(string pod, string path)
    {
        var entry = new PodEntry("app", pod, "node-a", "Deployment", pod);
        cgroups.Add(new PodCgroup(entry, $"/{name}/{path}"));
        return entry;
    }

    [Fact]
    public void A_pods_cgroup_and_all_below_it_are_the_pods()
    {
        var one = Add("one", "one");
        var ids = new[] { Make("one"), Make("one/container"), Make("one/container/deep") };
        var beside = Make("beside");

        Assert.All(ids, id => Assert.Equal(one, index.TryFind(id, out var pod) ? pod : null));
        Assert.False(index.TryFind(beside, out _));
    }

    [Fact]
    public void Of_pods_one_in_the_other_the_inner_one_has_its_own()
    {
        var inner = Add("inner", "outer/inner");
        var outer = Add("outer", "outer");
        var (outerId, innerId) = (Make("outer"), Make("outer/inner/x"));

        Assert.Equal(outer, index.TryFind(outerId, out var pod) ? pod : null);
        Assert.Equal(inner, index.TryFind(innerId, out pod) ? pod : null);
    }

    [Fact]
    public void Unknown_ids_cost_one_scan_a_window()
    {
        Add("one", "one");
        Make("one");
        for (ulong id = 1; id < 10; id++)
            Assert.False(index.TryFind(id, out _));
        Assert.Equal(1, index.Scans);
        var late = Make("one/late");
        Assert.False(index.TryFind(late, out _));

        index.BeginWindow();

        Assert.True(index.TryFind(late, out _));
        Assert.Equal(2, index.Scans);
    }

    [Fact]
    public void A_cgroup_that_was_told_of_is_its_pods_though_nobody_ever_saw_its_folder_and_the_pod_came_to_be_known_later()
    {
        index.Learn(77, $"/{name}/short/container");
        Assert.False(index.TryFind(77, out _));

        var pod = Add("short", "short");
        index.Refresh();

        Assert.Equal(pod, index.TryFind(77, out var found) ? found : null);
        Assert.Equal(1, index.Scans); // the one the unknown id cost
    }

    [Fact]
    public void What_lies_outside_of_the_root_is_not_kept()
    {
        Add("one", "../elsewhere/one");
        index.Learn(78, $"/{name}-not/one");
        index.Refresh();

        Assert.False(index.TryFind(78, out _));
    }

    [Fact]
    public void A_folder_made_anew_for_another_pod_leaves_the_old_id_with_the_old_pod()
    {
        var old = Add("old", "place");
        index.Learn(79, $"/{name}/place");
        index.Refresh();
        cgroups.Clear();
        var next = Add("next", "place");
        index.Refresh();
        index.Learn(80, $"/{name}/place");

        Assert.Equal((old, next), (index.TryFind(79, out var one) ? one : null, index.TryFind(80, out var two) ? two : null));
    }

    [Fact]
    public void Who_is_out_of_scope_follows_what_is_said_of_the_pod()
    {
        var pod = Add("one", "one");
        index.Learn(81, $"/{name}/one/container");
        index.Refresh();
        var version = index.Version;
        Assert.Empty(index.OutOf(ObservationScope.Everything));

        cgroups[0] = cgroups[0] with { Pod = pod with { Observe = false } };
        index.Refresh();

        Assert.True(index.Version > version);
        Assert.Equal([new(81, "app")], index.OutOf(ObservationScope.Everything));
    }

    [Fact]
    public void What_was_seen_stays_known_when_it_is_gone()
    {
        var one = Add("one", "one");
        var id = Make("one");
        index.Scan();
        System.IO.Directory.Delete(Path.Combine(mount, name, "one"));
        cgroups.Clear();

        index.Scan();

        Assert.Equal(one, index.TryFind(id, out var pod) ? pod : null);
    }
}
