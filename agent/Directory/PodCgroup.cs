namespace FlowLake.Agent.Directory;

/// <summary>A pod's cgroup, by its folder or by the uid in its folder's name.</summary>
/// <param name="Pod">The pod.</param>
/// <param name="Path">The folder, relative to the cgroup v2 mount; null where only the uid is known.</param>
/// <param name="Uid">The uid as <see cref="PodCgroupName"/> reads it; null where only the folder is known.</param>
public readonly record struct PodCgroup(PodEntry Pod, string? Path, string? Uid = null);
