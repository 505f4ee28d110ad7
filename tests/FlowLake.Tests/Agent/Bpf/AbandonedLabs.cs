using System.Text.RegularExpressions;
using FlowLake.Agent.Bpf;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Labs of test runs that were killed: what they attached would go on seeing every connection of the machine.</summary>
internal static partial class AbandonedLabs
{
    private const string Namespaces = "/run/netns";

    public static void Remove()
    {
        // Whoever else shares the kernel: a lab's mount is seen by its own container alone.
        foreach (var mount in File.ReadAllLines("/proc/mounts").Select(line => LabMount().Match(line)))
            if (mount.Success && !System.IO.Directory.Exists($"/proc/{mount.Groups["process"]}"))
                Remove(mount.Groups["path"].Value, mount.Groups["name"].Value);
    }

    private static void Remove(string path, string name)
    {
        BpfFileSystem.Unmount(path);
        System.IO.Directory.Delete(path);
        foreach (var node in System.IO.Directory.EnumerateFileSystemEntries(Namespaces, $"{name}?"))
            Shell.Run($"ip netns del {Path.GetFileName(node)}");
        var cgroup = Path.Combine(CgroupFileSystem.FindMount()!, name);
        if (System.IO.Directory.Exists(cgroup))
            Shell.Run($"find {cgroup} -depth -type d -exec rmdir {{}} ';'");
    }

    [GeneratedRegex($"^bpf (?<path>/\\S*/(?<name>{KernelLab.Prefix}(?<process>[0-9]+)x[0-9]+)) bpf ")]
    private static partial Regex LabMount();
}
