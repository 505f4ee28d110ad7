using System.Diagnostics;
using System.Text.Json;
using FlowLake.Agent.Bpf;

namespace FlowLake.Tests.EndToEnd;

/// <summary>What a demo could leave on the machine: everything that carries its name.</summary>
internal static class MachineState
{
    private static readonly TimeSpan freeing = TimeSpan.FromSeconds(30);

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

    /// <summary>Id and name of the BPF programs loaded in the kernel, whosever: <c>54386: adopted_closed</c>.</summary>
    public static async Task<IReadOnlySet<string>> BpfProgramsAsync()
    {
        using var process = Process.Start(new ProcessStartInfo("bpftool", ["--json", "prog", "show"]) { RedirectStandardOutput = true })!;
        using var list = await JsonDocument.ParseAsync(process.StandardOutput.BaseStream);
        await process.WaitForExitAsync();
        return list.RootElement.EnumerateArray().Select(program => $"{program.GetProperty("id").GetUInt32()}: {(program.TryGetProperty("name", out var name) ? name.GetString() : "")}").ToHashSet();
    }

    /// <summary>Those of them that were not there before. The kernel frees a program a while after its last holder is gone, and is given that while.</summary>
    public static async Task<IEnumerable<string>> AddedBpfProgramsAsync(IReadOnlySet<string> before)
    {
        long begin = Stopwatch.GetTimestamp();
        while (true)
        {
            var added = (await BpfProgramsAsync()).Except(before).ToList();
            if (added.Count == 0 || Stopwatch.GetElapsedTime(begin) > freeing)
                return added;
            await Task.Delay(TimeSpan.FromMilliseconds(100));
        }
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
