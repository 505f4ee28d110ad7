using System.Diagnostics.Metrics;
using FlowLake.QueryApi.Sql;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Lets so many questions run at once and so many wait; the rest is sent away, and counted.</summary>
internal sealed class QueryGate : IDisposable
{
    private readonly SemaphoreSlim running;
    private readonly int insideMax;
    private readonly Counter<long> turnedAway;
    private int inside;

    public QueryGate(SqlLimits limits, IMeterFactory meters)
    {
        running = new SemaphoreSlim(limits.Parallel);
        insideMax = limits.Parallel + limits.Waiting;
        var meter = meters.Create(QueryMetrics.Meter);
        turnedAway = meter.CreateCounter<long>("flowlake.query.turned_away", unit: "{query}", description: "Questions refused because too many were waiting.");
        meter.CreateObservableGauge("flowlake.query.inside", () => Volatile.Read(ref inside), unit: "{query}", description: "Questions that run or wait.");
    }

    /// <summary>Waits for a turn; null when too many wait already. Dispose it when done.</summary>
    public async Task<IDisposable?> EnterAsync(CancellationToken cancellationToken)
    {
        if (Interlocked.Increment(ref inside) > insideMax)
        {
            Interlocked.Decrement(ref inside);
            turnedAway.Add(1);
            return null;
        }

        try
        {
            await running.WaitAsync(cancellationToken);
            return new Turn(this);
        }
        catch
        {
            Interlocked.Decrement(ref inside);
            throw;
        }
    }

    public void Dispose() => running.Dispose();

    private sealed class Turn(QueryGate gate) : IDisposable
    {
        private int done;

        public void Dispose()
        {
            if (Interlocked.Exchange(ref done, 1) != 0)
                return;
            gate.running.Release();
            Interlocked.Decrement(ref gate.inside);
        }
    }
}
