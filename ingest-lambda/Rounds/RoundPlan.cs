using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Rounds;

/// <summary>What a round commits to each table, in their order. Pure.</summary>
/// <param name="Tables">One plan a table.</param>
/// <param name="Files">All files some table takes, in order.</param>
/// <param name="Judged">Those of them the first table had passed before: it is settled whether they are bad.</param>
public sealed record RoundPlan(ImmutableArray<InboxPlan> Tables, ImmutableArray<InboxKey> Files, ImmutableArray<InboxKey> Judged)
{
    /// <summary>Plans a round.</summary>
    /// <remarks>
    /// A table is committed after the one before it, and so never ahead of it: what it takes, the first table has passed or passes in the same round. Hence
    /// the first table's commit settles for all of them whether a file is bad.
    /// </remarks>
    /// <param name="listed">A page of the inbox.</param>
    /// <param name="snapshots">The tables, in the order they are fed.</param>
    /// <param name="mayFollow">As in <see cref="InboxPlan.Plan"/>: the same for all tables, so that what stops the first one stops the others.</param>
    public static RoundPlan Make(IReadOnlyCollection<InboxKey> listed, IReadOnlyList<TableSnapshot> snapshots, Func<InboxKey, long, bool> mayFollow)
    {
        ImmutableArray<InboxPlan> plans = [.. snapshots.Select(snapshot => InboxPlan.Plan(listed, snapshot.CommittedSequence, Math.Max(1, listed.Count), mayFollow))];
        ImmutableArray<InboxKey> files = [.. plans.SelectMany(plan => plan.Take).Distinct()];
        return new RoundPlan(plans, files, [.. files.Where(key => key.Sequence <= snapshots[0].CommittedSequence(key.Stream.AppId))]);
    }
}
