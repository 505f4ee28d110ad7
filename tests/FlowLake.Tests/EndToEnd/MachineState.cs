using System.Diagnostics;
using FlowLake.Agent.Bpf;

namespace FlowLake.Tests.EndToEnd;

/// <summary>What a demo could leave on the machine: everything that carries its name.</summary>
internal static class MachineState
{
    /// <summary>Network namespaces, cgroups, mounts, processes and run folders of a demo. Empty when it left nothing.</summary>
    /// <param name="name">The demo's prefix.</param>
    public static IReadOnlyList<string> Leftovers(string name)
    {
        var namespaces = Directory.Exists("/run/netns") ? Directory.EnumerateFileSystemEntries("/run/netns", name + "*") : [];
        var cgroups = CgroupFileSystem.FindMount() is { } mount ? Directory.EnumerateDirectories(mount, name + "*") : [];
        var mounts = File.ReadLines("/proc/mounts").Where(line => line.Split(' ')[1].Contains(name, StringComparison.Ordinal));
        var processes = CommandLines().Where(entry => entry.CommandLine.Contains(name, StringComparison.Ordinal)).Select(entry => $"process {entry.ProcessId}: {entry.CommandLine.Replace('\0', ' ')}");
        var runFolders = Directory.EnumerateDirectories("/run", name + "*").Where(folder => Directory.EnumerateFileSystemEntries(folder).Any());
        return [.. namespaces, .. cgroups, .. mounts, .. processes, .. runFolders];
    }

    /// <summary>Ids of the BPF programs loaded in the kernel.</summary>
    public static async Task<IReadOnlySet<string>> BpfProgramsAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("bpftool", ["prog", "show"]) { RedirectStandardOutput = true })!;
        string list = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return list.Split('\n').Where(line => line.Length > 0 && char.IsAsciiDigit(line[0])).Select(line => line.Trim()).ToHashSet();
    }

    /// <summary>Every process and its arguments, which NUL separates.</summary>
    public static IEnumerable<(int ProcessId, string CommandLine)> CommandLines()
    {
        foreach (string folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out int processId))
                continue;
            string commandLine;
            try
            {
                commandLine = File.ReadAllText(Path.Combine(folder, "cmdline"));
            }
            catch (IOException)
            {
                continue; // It ended meanwhile.
            }

            if (commandLine.Length > 0 && processId != Environment.ProcessId)
                yield return (processId, commandLine);
        }
    }
}
