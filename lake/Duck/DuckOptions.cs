namespace FlowLake.Lake.Duck;

/// <summary>How the engine is opened. Whatever is said here, its time zone is UTC, and it neither loads nor installs extensions nor keeps secrets.</summary>
public sealed record DuckOptions
{
    /// <summary>A database file, made when it is not there; null (the default) for a database in memory.</summary>
    public string? Path { get; init; }

    /// <summary>Open the file of <see cref="Path"/> for reading only. The default is false.</summary>
    public bool ReadOnly { get; init; }

    /// <summary>Threads of the engine, 1 or more; null (the default) for one a core.</summary>
    public int? Threads { get; init; }

    /// <summary>Limit of the engine's own memory in bytes; null (the default) for 80 % of the machine's. Resident memory goes to up to 3 times a small limit.</summary>
    public long? MemoryLimitBytes { get; init; }

    /// <summary>Folder for what does not fit in memory; null (the default): nothing is spilled, a query that needs more memory than the limit fails.</summary>
    public string? TempDirectory { get; init; }

    /// <summary>Further settings of the engine by name, such as <c>preserve_insertion_order</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();
}
