namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The object that controls another.</summary>
internal readonly record struct OwnerName(string Kind, string Name);
