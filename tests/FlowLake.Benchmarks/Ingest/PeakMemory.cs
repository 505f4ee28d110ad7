using System.Globalization;
using System.Runtime;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>The most that was resident of this process since it was last asked to forget.</summary>
internal static class PeakMemory
{
    /// <summary>Gives back what is free, and starts again from what is resident now.</summary>
    public static void Forget()
    {
        GCSettings.LargeObjectHeapCompactionMode = GCLargeObjectHeapCompactionMode.CompactOnce;
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        // Sets VmHWM back.
        File.WriteAllText("/proc/self/clear_refs", "5");
    }

    /// <summary>Bytes.</summary>
    public static long Read()
    {
        string line = File.ReadLines("/proc/self/status").Single(line => line.StartsWith("VmHWM:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) << 10;
    }
}
