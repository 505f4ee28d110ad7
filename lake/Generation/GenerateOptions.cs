using FlowLake.Schemas.Generation;

namespace FlowLake.Lake.Generation;

/// <summary>What lake to make up.</summary>
public sealed record GenerateOptions
{
    /// <summary>The lake, as <see cref="Objects.ObjectStores.Open"/> takes it.</summary>
    public required string Lake { get; init; }

    /// <summary>Nodes of the cluster.</summary>
    /// <value><see cref="GeneratedCluster.NodesMin"/> to <see cref="GeneratedCluster.NodesMax"/>, both included. The default is 10.</value>
    public int Nodes { get; init; } = 10;

    /// <summary>Whole windows are made until there are so many rows; null (the default) to go by <see cref="Length"/>.</summary>
    public long? Rows { get; init; }

    /// <summary>How long the traffic lasts, up to now. Used without <see cref="Rows"/>. The default is an hour.</summary>
    public TimeSpan Length { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Length of a window, whole seconds. The default is 60 seconds.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Equal seeds make equal rows for equal times. The default is 1.</summary>
    public ulong Seed { get; init; } = 1;

    /// <summary>Commits the rows to the tables, those of coverage, dns and drops too, instead of putting inbox files for ingest, which have flows alone. The default is false.</summary>
    public bool Direct { get; init; }

    /// <summary>Folder for files being written. The default is a new one below the system's temporary folder.</summary>
    public string WorkFolder { get; init; } = Path.Combine(Path.GetTempPath(), $"flowlake-generate-{Guid.NewGuid():N}");

    /// <summary>All that is wrong with the options, one sentence each; empty when they are good.</summary>
    public IReadOnlyList<string> Complaints()
    {
        var complaints = new List<string>();
        if (Nodes is < GeneratedCluster.NodesMin or > GeneratedCluster.NodesMax)
            complaints.Add($"nodes {Nodes}: {GeneratedCluster.NodesMin} to {GeneratedCluster.NodesMax} are allowed.");
        if (Rows < 1)
            complaints.Add($"rows {Rows}: at least 1.");
        if (Window < TimeSpan.FromSeconds(1) || Window > TimeSpan.FromHours(1) || Window.Ticks % TimeSpan.TicksPerSecond != 0)
            complaints.Add($"window {Window}: whole seconds, 1 second to 1 hour.");
        if (Rows is null && Length < Window)
            complaints.Add($"length {Length}: at least one window of {Window}.");
        return complaints;
    }
}
