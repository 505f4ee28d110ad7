using System.Globalization;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Removes days that are past the retention, each with all its files, by one commit. Vacuum deletes the files once their tombstones' retention ends.</summary>
/// <param name="retention">How old a row may get; null keeps everything.</param>
internal sealed class RetentionTask(TimeSpan? retention) : IMaintenanceTask
{
    public string Name => "retention";

    public TimeSpan Interval => TimeSpan.FromHours(1);

    public async Task<MaintenanceReport> RunAsync(MaintenanceTarget target, CancellationToken cancellationToken)
    {
        if (retention is not { } kept)
            return target.Report(Name, 0, 0, "no retention is set: every day is kept");
        if (PartitionRetention.Plan(target.Snapshot, target.TimeProvider.GetUtcNow(), kept) is not { } rewrite)
            return target.Report(Name, 0, 0, $"no day is older than {kept.TotalDays:F0} days");
        var days = rewrite.Removed.Select(PartitionRetention.DayOf).Distinct().Count();
        var bytes = rewrite.Removed.Sum(add => add.Size);
        if (!target.DryRun && !await target.TryCommitAsync("DELETE", rewrite))
            return target.Report(Name, 0, 0, "another commit was faster; the next run goes on");
        return target.Report(Name, rewrite.Removed.Length, bytes, string.Create(
            CultureInfo.InvariantCulture, $"{days} days before {rewrite.Removed.Max(PartitionRetention.DayOf)!.Value.AddDays(1):yyyy-MM-dd}: {rewrite.Removed.Length} files, {bytes} bytes"));
    }
}
