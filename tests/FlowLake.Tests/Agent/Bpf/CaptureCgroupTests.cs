using System.Globalization;
using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Cgroups as the kernel makes them, also those nobody could have found in the file system.</summary>
[Collection(nameof(KernelLab))]
public sealed class CaptureCgroupTests : IDisposable
{
    private readonly KernelLab lab = new();

    private CaptureOptions Options => lab.OptionsFor(lab.First);

    private string Prefix => "/" + Path.GetRelativePath(CgroupFileSystem.FindMount()!, lab.First.Cgroup);

    public void Dispose() => lab.Dispose();

    [Fact]
    public void A_cgroup_that_is_gone_already_is_told_with_its_id_and_path()
    {
        var capture = lab.Capture(Options);
        Assert.True(capture.SeesCgroups);

        var id = MakeAndRemove("brief");

        Assert.Equal([new MadeCgroup(id, $"{Prefix}/brief")], Told(capture));
        Assert.Empty(Told(capture));
    }

    [Fact]
    public void Cgroups_made_while_no_agent_lives_are_told_to_the_next()
    {
        FlowCapture.Open(Options).Dispose();
        var id = MakeAndRemove("between");

        Assert.Contains(new MadeCgroup(id, $"{Prefix}/between"), Told(lab.Capture(Options)));
    }

    [Fact]
    public void What_the_buffer_has_no_room_for_is_counted_and_nothing_else_is_lost()
    {
        const int made = 3000;
        var capture = lab.Capture(Options);

        for (var number = 0; number < made; number++)
            MakeAndRemove(string.Create(CultureInfo.InvariantCulture, $"cgroup-{number:D100}"));

        var missed = capture.Losses.CgroupsMissed;
        Assert.True(missed > 0);
        Assert.InRange(Told(capture).Count + missed, made, long.MaxValue); // others' cgroups may be among the missed
        var id = MakeAndRemove("later");
        Assert.Equal([new MadeCgroup(id, $"{Prefix}/later")], Told(capture));
    }

    [Theory]
    [InlineData("cgroup_mkdir", true)]
    [InlineData("cgroup_no_such", false)]
    public void Whether_the_kernel_has_a_tracepoint_is_known_before_a_program_is_loaded(string name, bool has) =>
        Assert.Equal(has, new BtfTypes(File.ReadAllBytes(KernelTypes.Source)).HasTypedef($"btf_trace_{name}"));

    private ulong MakeAndRemove(string name)
    {
        var folder = Path.Combine(lab.First.Cgroup, name);
        System.IO.Directory.CreateDirectory(folder);
        var id = CgroupFileSystem.IdOf(folder);
        System.IO.Directory.Delete(folder);
        return id;
    }

    private List<MadeCgroup> Told(FlowCapture capture) => [.. capture.ReadCgroups().Where(made => made.Path.StartsWith(Prefix + "/", StringComparison.Ordinal))];
}
