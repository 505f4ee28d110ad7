using System.Security.Cryptography;
using FlowLake.QueryApi.OData;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Workers;

/// <summary>The snapshots the server holds for one question in a worker, and what it says of them. For any number of threads.</summary>
/// <remarks>
/// Guarantees: 1. rows outside the caller's scope are in nothing it says; 2. the newest snapshot is the one that was it when the question's turn came; 3. all it holds is let go of by <see cref="Dispose"/>, whatever
/// the worker does or says.
/// </remarks>
internal sealed class QuestionSnapshots : IDisposable
{
    /// <summary>Snapshots of one question at most: a batch has one for each of its requests.</summary>
    private const int HeldMax = ODataBatchRequests.RequestsMax;

    private readonly FlowCatalog catalog;
    private readonly RowScope scope;
    private readonly Lock gate = new();
    private readonly CatalogLease newest;
    private readonly List<CatalogLease> held = [];
    private bool over;

    public QuestionSnapshots(FlowCatalog catalog, RowScope scope)
    {
        (this.catalog, this.scope) = (catalog, scope);
        newest = catalog.Lease(SnapshotChoice.Newest, scope)!;
    }

    /// <summary>By which the worker names the question; cannot be guessed.</summary>
    public string Id { get; } = RandomNumberGenerator.GetHexString(32, lowercase: true);

    /// <summary>The newest snapshot, which every question has.</summary>
    public SnapshotGiven Newest => Given(newest);

    public SnapshotGiven Give(SnapshotWanted wanted)
    {
        if (Choice(wanted) is not { } choice)
            return new SnapshotGiven(Refused: "that is no version or time");
        lock (gate)
        {
            if (over || held.Count == HeldMax)
                return new SnapshotGiven(Refused: "the question is over, or has all its snapshots");
            if (catalog.Lease(choice, scope) is not { } lease)
                return new SnapshotGiven();
            held.Add(lease);
            return Given(lease);
        }
    }

    public RelationGiven Give(RelationWanted wanted)
    {
        lock (gate)
        {
            if (over || held.Prepend(newest).FirstOrDefault(lease => lease.Version.ToString() == wanted.Version) is not { } lease || FlowRelations.Find(wanted.Relation) is not { } relation)
                return new RelationGiven(Refused: "the question is over or has no such snapshot, or there is no such relation");
            var bounds = wanted.Bounds.Aggregate(RowBounds.None, (all, bound) => all.And(bound.Key, bound.Value));
            try
            {
                return new RelationGiven(lease.Rows(relation, new RowsWanted(bounds) { Keyed = wanted.Keyed, After = wanted.After }));
            }
            catch (RowsNotHereException exception)
            {
                return new RelationGiven(NotHere: exception.Rows);
            }
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (over)
                return;
            over = true;
            foreach (var lease in held.Append(newest))
                lease.Dispose();
        }
    }

    private static SnapshotChoice? Choice(SnapshotWanted wanted) => wanted switch
    {
        { AsOf: { } time } => SnapshotChoice.At(time),
        { Version: { } text } when SnapshotVersion.TryParse(text, out var version) => SnapshotChoice.Of(version),
        _ => null,
    };

    private static SnapshotGiven Given(CatalogLease lease) => new(lease.Version.ToString(), lease.Lag.Versions, lease.Lag.Time);
}
