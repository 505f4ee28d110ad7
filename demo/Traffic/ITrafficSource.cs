using FlowLake.Demo.Machine;
using FlowLake.Demo.Processes;

namespace FlowLake.Demo.Traffic;

/// <summary>Where the demo's flow records come from: captured from real pods, or generated.</summary>
internal interface ITrafficSource
{
    /// <summary>Who knows what was really sent; a word for a column's head.</summary>
    string Witness { get; }

    /// <summary>Cgroup FlowLake's own processes run in; null for none.</summary>
    string? SystemCgroup { get; }

    /// <summary>Where started processes are noted.</summary>
    ProcessRecord Record { get; }

    /// <summary>The processes that have to live while there is traffic; known once <see cref="StartAsync"/> returned.</summary>
    IReadOnlyList<Child> Children { get; }

    /// <summary>Makes what processes need to run.</summary>
    Task PrepareAsync(CancellationToken cancellationToken);

    /// <summary>Begins the traffic. From here on records come to the inbox.</summary>
    Task StartAsync(CancellationToken cancellationToken);

    /// <summary>Ends the traffic in order, and awaits that the last record is in the inbox.</summary>
    Task<TrafficEnd> StopAsync(CancellationToken cancellationToken);

    /// <summary>Removes everything from the machine, in whatever state the rest is.</summary>
    Task RemoveAsync();
}

/// <summary>How traffic ended.</summary>
/// <param name="Counts">What the applications counted.</param>
/// <param name="Failures">What did not end well, in words; empty where all did.</param>
internal sealed record TrafficEnd(PodCounts Counts, IReadOnlyList<string> Failures);
