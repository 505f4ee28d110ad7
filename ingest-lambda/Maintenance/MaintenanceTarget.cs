using System.Diagnostics;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Ingest.Maintenance;

/// <summary>One table under maintenance.</summary>
/// <param name="Store">The lake's store.</param>
/// <param name="Log">The table's log.</param>
/// <param name="TimeProvider">The clock.</param>
/// <param name="DryRun">Whether nothing may be changed.</param>
public sealed record MaintenanceTarget(IObjectStore Store, TableLog Log, TimeProvider TimeProvider, bool DryRun)
{
    /// <summary>Versions lost to others in a row before a commit is left to the next run.</summary>
    private const int RebasesMax = 32;

    /// <summary>The newest version known.</summary>
    public TableSnapshot Snapshot { get; private set; } = TableSnapshot.Empty;

    public string Table => Log.Table.Name;

    /// <summary>Brings <see cref="Snapshot"/> up to date.</summary>
    public async Task RefreshAsync(CancellationToken cancellationToken) => Snapshot = await Log.LoadAsync(Snapshot, cancellationToken);

    /// <summary>
    /// Commits a rewrite that was planned on <see cref="Snapshot"/>, and moves that on. False when another commit made the plan void, or its files are too old to be
    /// committed (<see cref="DataFile.MayCommit"/>); nothing of it is in the table then.
    /// </summary>
    public async Task<bool> TryCommitAsync(string operation, TableRewrite rewrite)
    {
        var planned = Snapshot;
        for (var attempt = 0; attempt < RebasesMax && DataFile.MayCommit(rewrite.Added, TimeProvider.GetUtcNow()); attempt++)
        {
            switch (await Log.TryCommitAsync(Snapshot, operation, rewrite.Actions(TimeProvider.GetUtcNow()), cancellationToken: CancellationToken.None))
            {
                case CommitResult.Committed done:
                    Snapshot = done.Snapshot;
                    return true;
                case CommitResult.Conflict:
                    await RefreshAsync(CancellationToken.None);
                    if (rewrite.IsOvertaken(planned, Snapshot))
                        return false;
                    break;
                default:
                    throw new UnreachableException();
            }
        }

        return false;
    }

    /// <summary>A report on this table.</summary>
    public MaintenanceReport Report(string task, long done, long bytes, string detail) => new(Table, task, Snapshot.Version, done, bytes, detail);
}
