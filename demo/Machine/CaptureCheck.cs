namespace FlowLake.Demo.Machine;

/// <summary>Whether real traffic can be captured here.</summary>
internal static class CaptureCheck
{
    private static readonly Version KernelFloor = new(5, 15);

    private const string TypesOfKernel = "/sys/kernel/btf/vmlinux";

    /// <summary>What is in the way, in words; null where nothing is.</summary>
    public static async Task<string?> FindObstacleAsync(string runFolder)
    {
        if (!LibC.IsRoot)
            return "not root";
        if (Environment.OSVersion.Version < KernelFloor)
            return $"Linux {Environment.OSVersion.Version} is older than {KernelFloor}";
        if (Mounts.FindCgroup2() is null)
            return "cgroup v2 is not mounted";
        if (!File.Exists(TypesOfKernel))
            return $"the kernel has no BTF ({TypesOfKernel})";

        // Trying is the only true answer: containers and lockdown refuse what the files above promise.
        string folder = $"{runFolder}/try";
        try
        {
            await Mounts.MountBpfAsync(folder);
            await Mounts.UnmountAsync(folder);
            await Tool.RunAsync("unshare", ["--net", "true"]);
            return null;
        }
        catch (ToolException refused)
        {
            return refused.Message;
        }
        finally
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder);
            if (Directory.Exists(runFolder) && !Directory.EnumerateFileSystemEntries(runFolder).Any())
                Directory.Delete(runFolder);
        }
    }
}
