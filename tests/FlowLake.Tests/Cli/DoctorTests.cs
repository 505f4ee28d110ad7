using System.Text.Json;
using FlowLake.Agent.Bpf;
using FlowLake.Tests.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Cli;

/// <summary>What doctor says of machines that lack something, each made here by a mount namespace of its own or fewer capabilities.</summary>
public sealed class DoctorTests
{
    private const string ThreeCapabilities = "setpriv --bounding-set=-all,+bpf,+perfmon,+net_admin";

    private static readonly string program = Path.GetFullPath(
        Path.Combine(AppContext.BaseDirectory, "..", "..", "FlowLake.Cli", Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory)), "flowlake.dll"));

    [Theory]
    [InlineData("mount -t tmpfs none /sys/kernel/btf", "BTF", "/sys/kernel/btf/vmlinux is missing", "CONFIG_DEBUG_INFO_BTF=y")]
    [InlineData("echo 4.19.0-1 > $work/release; mount --bind $work/release /proc/sys/kernel/osrelease", "kernel", "4.19.0-1", "Linux 5.15 or newer")]
    [InlineData("mount --bind /dev/null $(ldconfig -p | sed -n 's/.*libbpf.so.1 .*=> //p' | head -1 | xargs readlink -f)", "libbpf", "libbpf.so.1 is missing", "apt-get install libbpf1")]
    [InlineData("mount -t tmpfs none $objects", "kernel programs", "flow.bpf.o is missing", "apt-get install clang libbpf-dev")]
    [InlineData("true", "BPF file system", "not mounted at /proc", "mount -t bpf bpf /proc")]
    public void What_is_missing_is_said_with_the_way_out(string breaking, string check, string detail, string remedy)
    {
        var said = Doctor(breaking, "--bpffs /proc");

        AssertMissing(said[check], detail, remedy);
    }

    [Fact]
    public void Without_cgroup_v2_it_is_said_whether_there_is_version_1()
    {
        var hasVersion1 = File.ReadLines("/proc/mounts").Any(line => line.Contains(" cgroup ", StringComparison.Ordinal));

        var said = Doctor($"umount -l {CgroupFileSystem.FindMount()}", "");

        AssertMissing(said["cgroup v2"], hasVersion1 ? "only cgroup v1 is mounted" : "not mounted", "mount -t cgroup2");
    }

    [Theory]
    [InlineData("setpriv --bounding-set=-all,+bpf,+net_admin", "without CAP_PERFMON")]
    [InlineData("setpriv --bounding-set=-all,+perfmon", "without CAP_BPF, CAP_NET_ADMIN")]
    public void Capabilities_are_asked_for_by_name_and_not_the_user(string launcher, string detail) =>
        AssertMissing(Doctor("true", "", launcher)["capabilities"], detail, "securityContext.capabilities.add");

    [Fact]
    public void With_three_capabilities_nothing_of_them_is_missing_and_with_all_it_says_which_are_needed()
    {
        Assert.Equal((true, "CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, which are enough"), (Doctor("true", "", ThreeCapabilities)["capabilities"] is var three && three.Ok, three.Detail));
        Assert.Contains("CAP_SYS_ADMIN too, which only names programs of other owners", Doctor("true", "")["capabilities"].Detail, StringComparison.Ordinal);
    }

    private static Dictionary<string, (bool Ok, string Detail, string Remedy)> Doctor(string breaking, string arguments, string launcher = "")
    {
        var work = System.IO.Directory.CreateTempSubdirectory("flowlake-doctor").FullName;
        try
        {
            var script = Path.Combine(work, "script");
            File.WriteAllText(script, $"work={work}; objects={Path.GetDirectoryName(program)}/bpf; {breaking} && {launcher} dotnet {program} doctor --json {arguments}");
            // Exit code 1 says that something is missing.
            var json = Shell.Run($"unshare -m --propagation private sh -e {script} || [ $? -eq 1 ]");
            return JsonDocument.Parse(json).RootElement.EnumerateArray().ToDictionary(
                check => check.GetProperty("name").GetString()!,
                check => (check.GetProperty("ok").GetBoolean(), check.GetProperty("detail").GetString()!, check.GetProperty("remedy").GetString()!));
        }
        finally
        {
            System.IO.Directory.Delete(work, recursive: true);
        }
    }

    private static void AssertMissing((bool Ok, string Detail, string Remedy) said, string detail, string remedy)
    {
        Assert.False(said.Ok, said.Detail);
        Assert.Contains(detail, said.Detail, StringComparison.Ordinal);
        Assert.Contains(remedy, said.Remedy, StringComparison.Ordinal);
    }
}
