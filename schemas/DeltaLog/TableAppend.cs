using System.Collections.Immutable;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>Rows to add to a table, together with how far that brings each application. A value: it says what to commit, and when it no longer may.</summary>
/// <param name="Adds">The data files, already in the store. Empty when what was passed held no rows.</param>
/// <param name="Passed">For each application id that moves, its new version; at least one.</param>
public sealed record TableAppend(ImmutableArray<AddAction> Adds, ImmutableSortedDictionary<string, long> Passed)
{
    /// <summary>Whether its files have columns the table had not when it was planned. Then they count on being the ones that bring them, also where the table is new.</summary>
    public bool BringsColumns { get; init; }

    /// <summary>The commit's actions.</summary>
    /// <param name="now">Written as the time of the applications' last step.</param>
    public IEnumerable<DeltaAction> Actions(DateTimeOffset now) =>
        Passed.Select(passed => (DeltaAction)new TransactionAction(passed.Key, passed.Value, now.ToUnixTimeMilliseconds())).Concat(Adds);

    /// <summary>
    /// Whether the append may no longer be committed: since it was planned, another commit moved one of its applications, so its rows may already
    /// be in the table, or changed the schema its files were written by. All other commits leave it as good as it was.
    /// </summary>
    /// <param name="planned">The snapshot the append was planned on.</param>
    /// <param name="newer">The table now.</param>
    public bool IsOvertaken(TableSnapshot planned, TableSnapshot newer) =>
        Passed.Keys.Any(application => newer.Transactions.GetValueOrDefault(application)?.Version != planned.Transactions.GetValueOrDefault(application)?.Version)
        || (newer.Metadata?.SchemaString != planned.Metadata?.SchemaString && (planned.Exists || BringsColumns));
}
