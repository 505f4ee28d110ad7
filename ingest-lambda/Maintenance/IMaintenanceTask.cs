namespace FlowLake.Ingest.Maintenance;

/// <summary>One thing that keeps a table small and fast to read. Any number of programs may run it on one table at once, and die anywhere in it.</summary>
public interface IMaintenanceTask
{
    /// <summary>One word for reports and messages.</summary>
    string Name { get; }

    /// <summary>How long after it was run the follower and the Lambda leave it alone.</summary>
    TimeSpan Interval { get; }

    /// <summary>Does it to one table that exists, or with <see cref="MaintenanceTarget.DryRun"/> only says what it would do.</summary>
    /// <param name="target">The table. A task that commits moves <see cref="MaintenanceTarget.Snapshot"/> on.</param>
    /// <param name="cancellationToken">Ends it between two steps.</param>
    Task<MaintenanceReport> RunAsync(MaintenanceTarget target, CancellationToken cancellationToken);
}
