using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>The cgroup v2 file system: where it is mounted, and the numbers the kernel knows its folders by.</summary>
public static class CgroupFileSystem
{
    private const string Mounts = "/proc/mounts";
    private const string Type = "cgroup2";

    /// <summary>Where cgroup v2 is mounted, or null. On hybrid systems that is a folder <c>unified</c> below the usual place.</summary>
    public static string? FindMount() => FindMount(File.ReadLines(Mounts));

    /// <summary>Id of a cgroup folder, as in <see cref="FlowKey.Cgroup"/>.</summary>
    /// <exception cref="BpfException">The folder does not exist or is not in a cgroup v2 file system.</exception>
    public static ulong IdOf(string path)
    {
        if (Linux.FileSystemTypeOf(path) != Linux.CgroupFileSystemType)
            throw BpfException.Because(
                System.IO.Directory.Exists(path) ? $"{path} is not a cgroup v2 folder" : $"{path} does not exist",
                FindMount() is { } mount ? $"cgroup v2 is mounted at {mount}." : "cgroup v2 is not mounted: mount -t cgroup2 none /sys/fs/cgroup");
        return TryIdOf(path) ?? throw BpfException.Because($"{path} does not exist");
    }

    /// <summary>Id of a cgroup folder, or null where it is gone.</summary>
    public static ulong? TryIdOf(string path) => Linux.InodeOf(path);

    /// <summary>Whether a hierarchy of cgroup v1 is mounted.</summary>
    internal static bool HasVersion1() => File.ReadLines(Mounts).Any(line => line.Split(' ') is [_, _, "cgroup", ..]);

    internal static string? FindMount(IEnumerable<string> mounts)
    {
        // Fields: device, mount point (space and tab as \040 and \011), type, options, two numbers.
        foreach (var fields in mounts.Select(line => line.Split(' ')))
            if (fields.Length > 2 && fields[2] == Type)
                return fields[1].Replace("\\040", " ", StringComparison.Ordinal).Replace("\\011", "\t", StringComparison.Ordinal);
        return null;
    }
}
