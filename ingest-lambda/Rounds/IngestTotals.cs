namespace FlowLake.Ingest.Rounds;

/// <summary>What one or more rounds did.</summary>
public sealed record IngestTotals
{
    public static readonly IngestTotals None = new();

    /// <summary>Commits over all tables.</summary>
    public int Commits { get; init; }

    /// <summary>Inbox files the first table passed, bad ones included.</summary>
    public long Files { get; init; }

    /// <summary>Rows committed over all tables.</summary>
    public long Rows { get; init; }

    /// <summary>Bytes of committed data files.</summary>
    public long Bytes { get; init; }

    /// <summary>Bad files copied to quarantine.</summary>
    public long Quarantined { get; init; }

    /// <summary>Versions another writer took first.</summary>
    public long Conflicts { get; init; }

    /// <summary>Inbox files and side objects deleted.</summary>
    public long Deleted { get; init; }

    /// <summary>Rounds given up because another ingest had moved the same streams; their work is dropped.</summary>
    public int Overtaken { get; init; }

    /// <summary>Whether anything in the lake changed by it.</summary>
    public bool Moved => Commits > 0 || Deleted > 0;

    public static IngestTotals operator +(IngestTotals left, IngestTotals right) => new()
    {
        Commits = left.Commits + right.Commits,
        Files = left.Files + right.Files,
        Rows = left.Rows + right.Rows,
        Bytes = left.Bytes + right.Bytes,
        Quarantined = left.Quarantined + right.Quarantined,
        Conflicts = left.Conflicts + right.Conflicts,
        Deleted = left.Deleted + right.Deleted,
        Overtaken = left.Overtaken + right.Overtaken,
    };

    public static IngestTotals Add(IngestTotals left, IngestTotals right) => left + right;
}
