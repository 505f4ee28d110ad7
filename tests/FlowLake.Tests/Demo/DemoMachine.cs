using System.Diagnostics;
using FlowLake.Demo.Machine;
using FlowLake.Demo.Processes;
using FlowLake.Demo.Scenario;

namespace FlowLake.Tests.Demo;

/// <summary>The demo's network and cgroups under a name of their own, so that a test never meets a running demo or another test. Removes all at the end.</summary>
internal sealed class DemoMachine : IAsyncDisposable
{
    public DemoMachine(string area)
    {
        Names = new MachineNames($"flowlake-test-{area}-{Environment.ProcessId}", Mounts.FindCgroup2() ?? throw new InvalidOperationException("cgroup v2 is not mounted: mount -t cgroup2 none /sys/fs/cgroup"));
        LogFolder = Directory.CreateTempSubdirectory(Names.Prefix).FullName;
    }

    /// <summary>The pods' program, which lies beside the tests.</summary>
    public static IReadOnlyList<string> PodCommand => [Path.Combine(AppContext.BaseDirectory, "flowlake-pod")];

    public MachineNames Names { get; }

    public string LogFolder { get; }

    public DemoTopology Topology => DemoTopology.Default;

    public DemoPods NewPods(double callsPerSecond) => new(Topology, Names, PodCommand, callsPerSecond, LogFolder, TimeProvider.System, Said.Add);

    public List<string> Said { get; } = [];

    public async Task CreateAsync()
    {
        CgroupTree.Create(Topology, Names);
        await PodNetwork.CreateAsync(Topology, Names);
    }

    /// <summary>Everything on this machine that carries the prefix: processes by their network namespace, cgroups, namespaces, mounts, files.</summary>
    public IReadOnlyList<string> Traces() =>
    [
        .. Names.ExistingNamespaces(),
        .. new[] { Names.CgroupRoot, Names.RunFolder }.Where(Directory.Exists),
        .. File.ReadLines("/proc/mounts").Where(line => line.Contains(Names.Prefix, StringComparison.Ordinal)),
        .. Process.GetProcesses().Where(process => CommandLine(process).Contains(Names.Prefix, StringComparison.Ordinal)).Select(process => $"process {process.Id}"),
    ];

    public async ValueTask DisposeAsync()
    {
        await Leftovers.RemoveAsync(Names, TimeProvider.System);
        Directory.Delete(LogFolder, recursive: true);
    }

    private static string CommandLine(Process process)
    {
        try
        {
            return File.ReadAllText($"/proc/{process.Id}/cmdline");
        }
        catch (Exception gone) when (gone is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
