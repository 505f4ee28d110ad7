namespace FlowLake.Agent.Directory;

/// <summary>A pod's cgroup.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Path">The folder, relative to the cgroup v2 mount.</param>
public readonly record struct PodCgroup(PodEntry Pod, string Path);
