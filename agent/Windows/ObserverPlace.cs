namespace FlowLake.Agent.Windows;

/// <summary>Where the agent stands: what every row and coverage row of it says.</summary>
public sealed record ObserverPlace(string Node, string? Zone, string? Region, string? Cluster);
