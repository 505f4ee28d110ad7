using System.Globalization;
using FlowLake.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Size;

/// <summary>A cgroup of the memory controller, of whichever version this machine mounts it; kernel memory such as maps is charged to who makes it.</summary>
internal sealed class MemoryController : IDisposable
{
    private const string FirstVersion = "/sys/fs/cgroup/memory";
    private readonly string folder;
    private readonly bool isFirstVersion = Directory.Exists(FirstVersion);

    public MemoryController(string name)
    {
        folder = Path.Combine(isFirstVersion ? FirstVersion : CgroupFileSystem.FindMount()!, name);
        if (!isFirstVersion)
            File.WriteAllText(Path.Combine(Path.GetDirectoryName(folder)!, "cgroup.subtree_control"), "+memory");
        Directory.CreateDirectory(folder);
    }

    /// <summary>A process that writes its number here is charged here.</summary>
    public string Members => Path.Combine(folder, "cgroup.procs");

    /// <summary>What is measured, in words.</summary>
    public string Description => isFirstVersion ? "memory.usage_in_bytes less inactive_file, controller of cgroup v1" : "memory.current less inactive_file";

    /// <summary>Bytes in use, less file pages the kernel would drop first.</summary>
    public long Bytes() =>
        long.Parse(File.ReadAllText(Path.Combine(folder, isFirstVersion ? "memory.usage_in_bytes" : "memory.current")), CultureInfo.InvariantCulture)
        - Statistic(isFirstVersion ? "total_inactive_file" : "inactive_file");

    /// <summary>What they consist of, for whoever has to mend it.</summary>
    public string Detail() => string.Join(
        ", ",
        (isFirstVersion ? ["rss", "mapped_file", "active_file", "inactive_file"] : new[] { "anon", "kernel", "active_file", "inactive_file" })
        .Select(name => string.Create(CultureInfo.InvariantCulture, $"{name} {Statistic(name) / 1e6:0.0}"))
        .Concat(isFirstVersion ? [string.Create(CultureInfo.InvariantCulture, $"kernel {long.Parse(File.ReadAllText(Path.Combine(folder, "memory.kmem.usage_in_bytes")), CultureInfo.InvariantCulture) / 1e6:0.0}")] : []));

    public void Dispose() => Directory.Delete(folder);

    private long Statistic(string name) => File.ReadLines(Path.Combine(folder, "memory.stat"))
        .Select(line => line.Split(' '))
        .Where(words => words[0] == name)
        .Select(words => long.Parse(words[1], CultureInfo.InvariantCulture))
        .Single();
}
