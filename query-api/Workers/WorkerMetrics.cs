using System.Diagnostics.Metrics;
using FlowLake.QueryApi.Hosting;

namespace FlowLake.QueryApi.Workers;

/// <summary>What becomes of workers, counted.</summary>
internal sealed class WorkerMetrics
{
    private readonly Counter<long> started;
    private readonly Counter<long> killed;
    private readonly Counter<long> died;
    private int ready;

    public WorkerMetrics(IMeterFactory meters)
    {
        var meter = meters.Create(QueryMetrics.Meter);
        started = meter.CreateCounter<long>("flowlake.query.workers.started", unit: "{worker}", description: "Workers started, the first ones and those that took the place of others.");
        killed = meter.CreateCounter<long>("flowlake.query.workers.killed", unit: "{worker}", description: "Workers ended because a question did not stop when it had to: its time was over (deadline), or its client gone or given enough (left). And behind a question that took most of the memory a worker may have (memory).");
        died = meter.CreateCounter<long>("flowlake.query.workers.died", unit: "{worker}", description: "Workers that ended by themselves: for want of memory (memory), or otherwise (other).");
        meter.CreateObservableGauge("flowlake.query.workers.ready", () => Ready, unit: "{worker}", description: "Workers that can be asked, or are.");
    }

    /// <summary>Workers that can be asked, or are.</summary>
    public int Ready => Volatile.Read(ref ready);

    public void Started() => started.Add(1);

    public void IsReady() => Interlocked.Increment(ref ready);

    public void IsReadyNoMore() => Interlocked.Decrement(ref ready);

    public void Killed(bool deadline) => killed.Add(1, new KeyValuePair<string, object?>("reason", deadline ? "deadline" : "left"));

    public void Spent() => killed.Add(1, new KeyValuePair<string, object?>("reason", "memory"));

    public void Died(WorkerEnd end) => died.Add(1, new KeyValuePair<string, object?>("reason", end.OutOfMemory ? "memory" : "other"));
}
