using System.Diagnostics.Metrics;
using System.Threading.RateLimiting;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.Sql;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Lets so many questions of each key run at once and so many wait, and of all together one a worker; the rest is sent away, and counted.</summary>
/// <remarks>A question waits among those of its own key first, so that no key takes the places where all wait.</remarks>
internal sealed class QueryGate : IDisposable
{
    private readonly SqlLimits service;
    private readonly int workers;
    private readonly ConcurrencyLimiter all;
    private readonly PartitionedRateLimiter<Caller> byCaller;
    private readonly Counter<long> turnedAway;
    private int inside;

    public QueryGate(QueryOptions options, IMeterFactory meters)
    {
        (service, workers) = (options.Limits, options.Workers);
        all = new ConcurrencyLimiter(Options(workers, service.Waiting));
        // A key whose bounds change gets a gate anew; a gate that nobody uses is let go of.
        byCaller = PartitionedRateLimiter.Create<Caller, (string, int, int)>(caller =>
            RateLimitPartition.GetConcurrencyLimiter((caller.Id, caller.Limits.Parallel, caller.Limits.Waiting), key => Options(key.Item2, key.Item3)));
        var meter = meters.Create(QueryMetrics.Meter);
        turnedAway = meter.CreateCounter<long>("flowlake.query.turned_away", unit: "{query}", description: "Questions refused because too many were waiting, by the bound they met: waiting (of one key) or service (of all).");
        meter.CreateObservableGauge("flowlake.query.inside", () => Volatile.Read(ref inside), unit: "{query}", description: "Questions that run or wait.");
    }

    /// <summary>Waits for a turn, which is disposed when done; one that says <see cref="QueryTurn.Reached"/> is none.</summary>
    public async Task<QueryTurn> EnterAsync(Caller caller, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref inside);
        var turn = new QueryTurn(() => Interlocked.Decrement(ref inside));
        try
        {
            if (!await turn.TryHoldAsync(byCaller.AcquireAsync(caller, 1, cancellationToken)))
                turn.Reached = LimitReached.Waiting(caller.Limits);
            else if (!await turn.TryHoldAsync(all.AcquireAsync(1, cancellationToken)))
                turn.Reached = LimitReached.Service(workers, service);
            if (turn.Reached is { } reached)
                turnedAway.Add(1, new KeyValuePair<string, object?>("limit", reached.Limit));
            return turn;
        }
        catch
        {
            turn.Dispose();
            throw;
        }
    }

    public void Dispose()
    {
        byCaller.Dispose();
        all.Dispose();
    }

    private static ConcurrencyLimiterOptions Options(int parallel, int waiting) => new() { PermitLimit = parallel, QueueLimit = waiting, QueueProcessingOrder = QueueProcessingOrder.OldestFirst };
}
