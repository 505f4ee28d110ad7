namespace FlowLake.Demo.Machine;

/// <summary>What is mounted where, as the kernel says in /proc/mounts.</summary>
internal static class Mounts
{
    private const string Table = "/proc/mounts";

    /// <summary>Where cgroup v2 is mounted, also beside version 1 (hybrid); null where it is not.</summary>
    public static string? FindCgroup2() => Read().FirstOrDefault(mount => mount.Type == "cgroup2").Folder;

    /// <summary>Mounts a bpffs of our own: unmounting it drops every pin in it.</summary>
    public static async Task MountBpfAsync(string folder)
    {
        Directory.CreateDirectory(folder);
        await Tool.RunAsync("mount", ["-t", "bpf", "bpf", folder]);
    }

    /// <summary>Unmounts whatever is mounted there, however often; nothing where nothing is.</summary>
    public static async Task UnmountAsync(string folder)
    {
        foreach (var _ in Read().Where(mount => mount.Folder == folder).ToArray())
            await Tool.RunAsync("umount", [folder]);
    }

    private static IEnumerable<(string Folder, string Type)> Read() =>
        File.ReadLines(Table).Select(line => line.Split(' ')).Select(fields => (fields[1], fields[2]));
}
