using FlowLake.Demo.Scenario;

namespace FlowLake.Demo.Machine;

/// <summary>The demo's cgroups: a root, a parent for each node, a leaf for each pod, and one for FlowLake's own processes.</summary>
internal static class CgroupTree
{
    private static readonly TimeSpan RetryAfter = TimeSpan.FromMilliseconds(20);

    /// <summary>Tries before a cgroup that stays busy is an error: 5 seconds in all.</summary>
    private const int TriesMax = 250;

    public static void Create(DemoTopology topology, MachineNames names)
    {
        Directory.CreateDirectory(names.SystemCgroup);
        foreach (var pod in topology.Pods)
            Directory.CreateDirectory(names.PodCgroup(pod));
    }

    /// <summary>Ends every process in the tree and removes it. Nothing where there is no such tree.</summary>
    /// <exception cref="IOException">A cgroup stayed busy; the message names it.</exception>
    public static async Task RemoveAsync(string root, TimeProvider time)
    {
        if (!Directory.Exists(root))
            return;
        await KillAsync(root);

        // A cgroup's files cannot be deleted and need not be: the folders go, the deepest first.
        foreach (string folder in Directory.EnumerateDirectories(root, "*", SearchOption.AllDirectories).Append(root).OrderByDescending(path => path.Length).ToArray())
            await RemoveFolderAsync(folder, time);
    }

    // cgroup.kill ends the whole tree at once, forks included (Linux 5.14). It is by membership, so never a stranger's process.
    private static Task KillAsync(string root) => File.WriteAllTextAsync($"{root}/cgroup.kill", "1");

    private static async Task RemoveFolderAsync(string folder, TimeProvider time)
    {
        for (int tries = 1; ; tries++)
        {
            try
            {
                // Not Directory.Delete: it would ask for the folder's contents first. rmdir alone is what a cgroup takes.
                if (LibC.RemoveFolder(folder))
                    return;
                throw new IOException($"{folder}: still busy");
            }
            catch (IOException) when (tries < TriesMax)
            {
                await Task.Delay(RetryAfter, time);
            }
        }
    }
}
