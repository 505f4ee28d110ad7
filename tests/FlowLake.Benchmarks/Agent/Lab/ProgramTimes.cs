using System.Collections.Frozen;
using System.Globalization;
using System.Text.Json;
using FlowLake.Tests.Agent.Bpf;

namespace FlowLake.Benchmarks.Agent.Lab;

/// <summary>Programs of the kernel, and what they have cost so far.</summary>
/// <param name="identifiers">The kernel's number of each, by its name.</param>
internal sealed class ProgramTimes(IReadOnlyDictionary<string, IReadOnlyList<long>> identifiers)
{
    private const string LinkPrefix = "link_";

    /// <summary>The programs whose links are pinned below a folder of a BPF file system.</summary>
    public static ProgramTimes Pinned(string folder) => new(
        Directory.EnumerateFiles(folder, LinkPrefix + "*", SearchOption.AllDirectories)
            .Select(path => (Name: Path.GetFileName(path)[LinkPrefix.Length..], Id: Ask($"link show pinned {path}").GetProperty("prog_id").GetInt64()))
            .GroupBy(program => program.Name, program => program.Id)
            .ToFrozenDictionary(group => group.Key, IReadOnlyList<long> (group) => [.. group]));

    /// <summary>Programs that are pinned themselves.</summary>
    public static ProgramTimes PinnedPrograms(IReadOnlyList<string> paths) =>
        new(paths.ToFrozenDictionary(path => Path.GetFileName(path), IReadOnlyList<long> (path) => [Ask($"prog show pinned {path}").GetProperty("id").GetInt64()]));

    /// <summary>The kernel's number of the one program of that name.</summary>
    public long IdOf(string name) => identifiers[name].Single();

    /// <summary>What the programs of these names cost so far; of all when none is named.</summary>
    public ProgramTime Read(params IReadOnlyList<string> names) =>
        (names.Count == 0 ? identifiers.Values : names.Select(name => identifiers[name]))
        .SelectMany(ids => ids)
        .Aggregate(default(ProgramTime), (sum, id) => sum + ReadOne(id));

    /// <summary>What all but the programs of these names cost so far.</summary>
    public ProgramTime ReadExcept(params IReadOnlyList<string> names) => Read([.. identifiers.Keys.Except(names)]);

    private static ProgramTime ReadOne(long id)
    {
        var program = Ask(string.Create(CultureInfo.InvariantCulture, $"prog show id {id}"));
        // Absent until the program has run.
        return new ProgramTime(Number("run_cnt"), Number("run_time_ns"));

        long Number(string field) => program.TryGetProperty(field, out var value) ? value.GetInt64() : 0;
    }

    private static JsonElement Ask(string question)
    {
        using var answer = JsonDocument.Parse(Shell.Run($"bpftool -j {question}"));
        return answer.RootElement.Clone();
    }
}
