namespace FlowLake.Schemas.Generation;

/// <summary>A cluster and what goes on in it: from it <see cref="TrafficGenerator"/> makes windows.</summary>
public interface ITrafficPlan
{
    /// <summary>Name of the cluster, on every row.</summary>
    string Cluster { get; }

    /// <summary>Cloud region, on every row.</summary>
    string Region { get; }

    /// <summary>The flows there are in a window that starts at <paramref name="start"/>. The same for the same time.</summary>
    IEnumerable<PlannedFlow> FlowsAt(DateTimeOffset start);
}
