using FlowLake.Lake.Duck;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Where maintenance writes data files, and what the engine may take for it.</summary>
public sealed record MaintenanceEngine
{
    /// <summary>Folder for copies of remote files, files being written, and what does not fit in memory. Each piece of work has its own folder in it. The default is the user's own below the system's temporary folder.</summary>
    public string WorkFolder { get; init; } = Path.Combine(Path.GetTempPath(), $"flowlake-maintain-{Environment.UserName}");

    /// <summary>Limit of the engine's own memory in bytes. Resident memory goes beyond it.</summary>
    /// <value>64 MiB or more. The default is 512 MiB.</value>
    public long MemoryLimitBytes { get; init; } = 512L << 20;

    /// <summary>Threads of the engine; null (the default) for one a core.</summary>
    public int? Threads { get; init; }

    internal DuckDatabase Open(string folder) =>
        DuckDatabase.Open(new DuckOptions { Threads = Threads, MemoryLimitBytes = MemoryLimitBytes, TempDirectory = Path.Combine(folder, "spill") });
}
