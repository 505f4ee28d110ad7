using FlowLake.Ingest.Maintenance;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest;

/// <summary>Where ingest works, and its bounds.</summary>
public sealed record IngestOptions
{
    /// <summary>The lake, as <see cref="Lake.Objects.ObjectStores.Open"/> takes it.</summary>
    public required string Lake { get; init; }

    /// <summary>Folder for files being written. Every run makes its own folder in it and removes what dead runs left. The default is the user's own below the system's temporary folder.</summary>
    public string WorkFolder { get; init; } = Path.Combine(Path.GetTempPath(), $"flowlake-ingest-{Environment.UserName}");

    /// <summary>The nodes whose files are taken. The default is all of them; with parts, every part needs an ingest of its own.</summary>
    public NodeShare Share { get; init; } = NodeShare.All;

    /// <summary>The most inbox objects one round looks at, and so the most files one commit takes.</summary>
    /// <value>1 to 10,000, both included. The default is 2,000.</value>
    public int FilesPerCommitMax { get; init; } = 2_000;

    /// <summary>The most bytes of inbox files one round takes, but always one file.</summary>
    /// <value>1 MiB or more. The default is 256 MiB.</value>
    public long BytesPerCommitMax { get; init; } = 256L << 20;

    /// <summary>The largest inbox file or side object in bytes; a larger one is a bad one. An agent's window holds 20,000 rows at most.</summary>
    /// <value>1 or more. The default is 256 MiB.</value>
    public long FileBytesMax { get; init; } = 256L << 20;

    /// <summary>Limit of the engine's own memory in bytes; what does not fit goes to the work folder. Resident memory goes beyond it.</summary>
    /// <value>64 MiB or more. The default is 512 MiB.</value>
    public long MemoryLimitBytes { get; init; } = 512L << 20;

    /// <summary>Threads of the engine; null (the default) for one a core.</summary>
    public int? Threads { get; init; }

    /// <summary>Rows whose window started longer ago than this make their file a bad one.</summary>
    /// <value>1 day or more. The default is 90 days.</value>
    public TimeSpan Retention { get; init; } = TimeSpan.FromDays(90);

    /// <summary>Age of a day from which on maintenance removes it from the rollups.</summary>
    /// <value>1 day or more. The default is 400 days.</value>
    public TimeSpan RollupRetention { get; init; } = MaintenanceOptions.DefaultRollupRetention;

    /// <summary>Where one line a commit, a quarantined file or a failure goes. The default is standard error.</summary>
    public TextWriter Log { get; init; } = Console.Error;

    /// <summary>All that is wrong with the options, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Complaints()
    {
        var complaints = new List<string>();
        if (string.IsNullOrWhiteSpace(Lake))
            complaints.Add("Lake is empty: name a directory or s3://bucket/prefix.");
        if (string.IsNullOrWhiteSpace(WorkFolder))
            complaints.Add("WorkFolder is empty: name a directory.");
        if (FilesPerCommitMax is < 1 or > 10_000)
            complaints.Add($"FilesPerCommitMax is {FilesPerCommitMax}: 1 to 10,000 are allowed.");
        if (BytesPerCommitMax < 1L << 20)
            complaints.Add($"BytesPerCommitMax is {BytesPerCommitMax}: at least {1L << 20} (1 MiB).");
        if (FileBytesMax < 1)
            complaints.Add($"FileBytesMax is {FileBytesMax}: at least 1.");
        if (MemoryLimitBytes < 64L << 20)
            complaints.Add($"MemoryLimitBytes is {MemoryLimitBytes}: at least {64L << 20} (64 MiB).");
        if (Threads < 1)
            complaints.Add($"Threads is {Threads}: at least 1, or null for one a core.");
        if (Retention < TimeSpan.FromDays(1))
            complaints.Add($"Retention is {Retention}: at least one day.");
        if (RollupRetention < TimeSpan.FromDays(1))
            complaints.Add($"RollupRetention is {RollupRetention}: at least one day.");
        return complaints;
    }
}
