using System.Diagnostics;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Directory.Kubernetes;

namespace FlowLake.Benchmarks.Agent.Names;

/// <summary>A directory fed with an API server's bytes as the agent feeds it, but for the network, and what that cost.</summary>
internal sealed class MeasuredIntake
{
    private readonly NamePool names = new();
    private readonly WatchCounters counters = new();
    private readonly PodDirectory directory = new("node-0");
    private readonly Clock clock = new();

    // Its room for one object is made once a page of a list, so it is not counted with what an object costs.
    private readonly ObjectCutter lists = new(depth: 2, ResourceWatch.ObjectBytesMax);
    private readonly Dictionary<ResourceKind, ResourceIntake> intakes;

    public MeasuredIntake()
    {
        var model = new ClusterModel(directory, counters, clock);
        model.Complete();
        intakes = ResourceKind.All.ToDictionary(kind => kind, kind => new ResourceIntake(kind, model, names, counters));
    }

    /// <summary>Takes a list.</summary>
    /// <returns>The bytes of the objects made for what is in it.</returns>
    public long List(ResourceKind kind, byte[] list)
    {
        var intake = intakes[kind];
        intake.BeginList();
        var bytes = Allocated(lists, list, intake.TakeItem);
        intake.EndList("1");
        Check();
        return bytes;
    }

    /// <summary>Takes the events of a watch.</summary>
    /// <returns>The time of one, and the bytes of the objects made for all of them.</returns>
    public (double Microseconds, long Bytes) Watch(ResourceKind kind, byte[] events)
    {
        var cutter = new ObjectCutter(depth: 0, ResourceWatch.ObjectBytesMax);
        var (before, begin) = (counters.Events, Stopwatch.GetTimestamp());
        var bytes = Allocated(cutter, events, intakes[kind].TakeEvent);
        var time = Stopwatch.GetElapsedTime(begin);
        Check();
        return (time.TotalMicroseconds / (counters.Events - before), bytes);
    }

    /// <summary>The time passes until what is gone is forgotten.</summary>
    public void Forget()
    {
        for (var until = clock.Now + PodDirectory.Kept; clock.Now < until; clock.Now += NamePool.Kept)
            names.Age();
        directory.Forget(clock.Now);
    }

    private static long Allocated(ObjectCutter cutter, byte[] json, Action<ReadOnlyMemory<byte>> take)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        cutter.Take(json, take);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private void Check()
    {
        if (counters.Skipped > 0)
            throw new InvalidDataException($"{counters.Skipped} objects were left out");
    }

    private sealed class Clock : TimeProvider
    {
        // After all that the made-up and the recorded pods say of themselves.
        public DateTimeOffset Now { get; set; } = new(2027, 1, 1, 0, 0, 0, TimeSpan.Zero);

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
