using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Programs of others at the root or above it.</summary>
[Collection(nameof(KernelLab))]
public sealed class AttachedProgramsTests
{
    private const uint Alone = 0;

    public static TheoryData<uint[], int?> Levels => new()
    {
        { [], null },
        { [Alone], 0 },
        { [AttachedPrograms.AllowOverride], 0 },
        { [AttachedPrograms.AllowMulti], null },
        { [None, Alone], 1 },
        { [None, AttachedPrograms.AllowOverride], null },
        { [None, AttachedPrograms.AllowMulti, Alone], null },
        { [None, None, Alone], 2 },
    };

    // A folder nothing is attached to.
    private const uint None = uint.MaxValue;

    [Theory]
    [MemberData(nameof(Levels))]
    public void The_nearest_folder_with_a_program_decides(uint[] flagsUpwards, int? refusing)
    {
        var levels = flagsUpwards.Select((flags, level) => new AttachedPrograms("sock_ops", $"{level}", flags == None ? 0 : flags, flags == None ? [] : [7])).ToArray();

        Assert.Equal(refusing is { } level ? levels[level] : null, AttachedPrograms.Refusing(levels));
    }

    [Theory]
    [InlineData("sock_ops", "tcp_events", true)]
    [InlineData("sock_ops", "tcp_events", false)]
    [InlineData("cgroup_inet_egress", "packet_out", true)]
    public void A_foreign_program_that_lets_none_beside_it_is_named(string kind, string program, bool isAtTheRoot)
    {
        using var lab = new KernelLab();
        var options = lab.OptionsFor(lab.First);
        var folder = isAtTheRoot ? lab.First.Cgroup : Path.GetDirectoryName(lab.First.Cgroup)!;
        var pins = Path.Combine(lab.BpfPath, "foreign");
        Shell.Run($"bpftool prog loadall {options.ObjectPath} {pins}");
        Shell.Run($"bpftool cgroup attach {folder} {kind} pinned {pins}/{program}");
        try
        {
            var refusal = Assert.Throws<BpfException>(() => FlowCapture.Open(options));

            var id = Shell.Run($"bpftool prog show pinned {pins}/{program}").Split(':')[0];
            Assert.Contains($"{kind} program {id} \"{program}\" at {folder} lets no other come beside it", refusal.Message, StringComparison.Ordinal);
            Assert.Contains("BPF_F_ALLOW_MULTI", refusal.Message, StringComparison.Ordinal);
        }
        finally
        {
            Shell.Run($"bpftool cgroup detach {folder} {kind} pinned {pins}/{program}; rm -r {pins}");
        }

        lab.Capture(options);
    }
}
