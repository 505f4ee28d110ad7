namespace FlowLake.Ingest.Maintenance;

/// <summary>Deletes versions older than the log's retention, below a checkpoint that was read whole.</summary>
internal sealed class LogCleanupTask : IMaintenanceTask
{
    private const int DeletedAtOnce = 1_000;

    public string Name => "log";

    public TimeSpan Interval => TimeSpan.FromHours(6);

    public async Task<MaintenanceReport> RunAsync(MaintenanceTarget target, CancellationToken cancellationToken)
    {
        var listing = await target.Log.ListAsync(cancellationToken);
        var expired = await target.Log.ExpiredLogFilesAsync(listing, target.Snapshot, cancellationToken);
        if (!target.DryRun)
        {
            foreach (var some in expired.Chunk(DeletedAtOnce))
                await target.Store.DeleteAsync(some, cancellationToken);
        }

        return target.Report(Name, expired.Length, 0, expired.IsEmpty ? "every version is within the log's retention, or no checkpoint is older" : $"{expired.Length} files of versions past the log's retention");
    }
}
