using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

public sealed class CgroupFileSystemTests
{
    [Theory]
    [InlineData("cgroup2 /sys/fs/cgroup cgroup2 rw,nosuid 0 0", "/sys/fs/cgroup")]
    [InlineData("cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0\ncgroup2 /sys/fs/cgroup/unified cgroup2 rw 0 0", "/sys/fs/cgroup/unified")]
    [InlineData("none /mnt/my\\040groups cgroup2 rw 0 0", "/mnt/my groups")]
    [InlineData("cgroup /sys/fs/cgroup/cpu cgroup rw,cpu 0 0", null)]
    public void The_mount_is_found_among_the_others(string mounts, string? expected) =>
        Assert.Equal(expected, CgroupFileSystem.FindMount(mounts.Split('\n')));

    [Fact]
    public void A_cgroups_id_is_its_folders_inode()
    {
        var mount = CgroupFileSystem.FindMount()!;

        Assert.Equal(Shell.Run($"stat -c %i {mount}").Trim(), CgroupFileSystem.IdOf(mount).ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Fact]
    public void A_folder_elsewhere_is_refused_with_the_place_to_look() =>
        Assert.Contains($"cgroup v2 is mounted at {CgroupFileSystem.FindMount()}", Assert.Throws<BpfException>(() => CgroupFileSystem.IdOf("/tmp")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_folder_that_is_gone_has_no_id() => Assert.Null(CgroupFileSystem.TryIdOf("/sys/fs/cgroup/no such group"));
}
