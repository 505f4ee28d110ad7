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
    private readonly ClusterModel model;

    // Its room for one object is made once a page of a list, so it is not counted with what an object costs.
    private readonly ObjectCutter lists = new(depth: 2, ResourceWatch.ObjectBytesMax);
    private readonly ResourceIntake pods;

    public MeasuredIntake()
    {
        model = new ClusterModel(directory, counters, TimeProvider.System);
        pods = new ResourceIntake(ResourceKind.Pods, model, names, counters);
    }

    /// <summary>Takes a list.</summary>
    /// <returns>The bytes of the objects made for what is in it.</returns>
    public long List(ResourceKind kind, byte[] list)
    {
        var intake = kind == ResourceKind.Pods ? pods : new ResourceIntake(kind, model, names, counters);
        intake.BeginList();
        var bytes = Allocated(lists, list, intake.TakeItem);
        intake.EndList("1");
        Check();
        return bytes;
    }

    /// <summary>Takes the events of a watch.</summary>
    /// <returns>The time of one, and the bytes of the objects made for all of them.</returns>
    public (double Microseconds, long Bytes) Watch(byte[] events)
    {
        var cutter = new ObjectCutter(depth: 0, ResourceWatch.ObjectBytesMax);
        var (before, begin) = (counters.Events, Stopwatch.GetTimestamp());
        var bytes = Allocated(cutter, events, pods.TakeEvent);
        var time = Stopwatch.GetElapsedTime(begin);
        Check();
        return (time.TotalMicroseconds / (counters.Events - before), bytes);
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
}
