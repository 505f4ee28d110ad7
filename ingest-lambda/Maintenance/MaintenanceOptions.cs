namespace FlowLake.Ingest.Maintenance;

/// <summary>What maintenance keeps, and for how long.</summary>
public sealed record MaintenanceOptions
{
    /// <summary>How long rollups are kept unless something else is said.</summary>
    public static readonly TimeSpan DefaultRollupRetention = TimeSpan.FromDays(400);

    /// <summary>Versions after which a new checkpoint is written.</summary>
    /// <value>1 or more. The default is 50.</value>
    public int CheckpointVersions { get; init; } = 50;

    /// <summary>Age of a day's last row from which on the whole day is removed; null keeps everything.</summary>
    /// <value>1 day or more. The default is null.</value>
    public TimeSpan? Retention { get; init; }

    /// <summary>The same for the rollups; null keeps everything.</summary>
    /// <value>1 day or more. The default is 400 days.</value>
    public TimeSpan? RollupRetention { get; init; } = DefaultRollupRetention;

    /// <summary>How old a file must be that no log names before vacuum deletes it. It has to be longer than any ingest takes from its first upload to its commit.</summary>
    /// <value>2 hours or more. The default is 24 hours.</value>
    public TimeSpan SafeAge { get; init; } = TimeSpan.FromHours(24);

    /// <summary>Room and memory for writing data files.</summary>
    public MaintenanceEngine Engine { get; init; } = new();

    /// <summary>True: nothing is changed, reports say what would be.</summary>
    public bool DryRun { get; init; }

    /// <summary>All that is wrong with the options, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Complaints()
    {
        var complaints = new List<string>();
        if (CheckpointVersions < 1)
            complaints.Add($"CheckpointVersions is {CheckpointVersions}: at least 1.");
        if (Retention < TimeSpan.FromDays(1))
            complaints.Add($"Retention is {Retention}: at least one day, or none to keep everything.");
        if (RollupRetention < TimeSpan.FromDays(1))
            complaints.Add($"RollupRetention is {RollupRetention}: at least one day, or none to keep everything.");
        if (SafeAge < TimeSpan.FromHours(2))
            complaints.Add($"SafeAge is {SafeAge}: at least 2 hours, or a file may go that an ingest is about to commit.");
        return complaints;
    }
}
