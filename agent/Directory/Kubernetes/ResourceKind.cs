using System.Collections.Immutable;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>A kind of object the directory is made of, and where the API server has it.</summary>
/// <param name="Name">Its plural, as RBAC names it.</param>
/// <param name="Path">Where it is listed and watched, for all namespaces.</param>
/// <param name="OwnerKind">What a pod's owner reference calls it, of a kind that is read for what controls it; null for others.</param>
/// <param name="IsForItsMetadata">True for another kind of which the metadata is all that is needed.</param>
internal sealed record ResourceKind(string Name, string Path, string? OwnerKind = null, bool IsForItsMetadata = false)
{
    /// <summary>Most objects of one kind. What comes beyond is left out until others are gone, and counted.</summary>
    public const int ObjectsMax = 500_000;

    public static readonly ResourceKind Pods = new("pods", "/api/v1/pods");
    public static readonly ResourceKind Nodes = new("nodes", "/api/v1/nodes");
    public static readonly ResourceKind Services = new("services", "/api/v1/services");
    public static readonly ResourceKind EndpointSlices = new("endpointslices", "/apis/discovery.k8s.io/v1/endpointslices");
    public static readonly ResourceKind ReplicaSets = new("replicasets", "/apis/apps/v1/replicasets", OwnerKind: "ReplicaSet");
    public static readonly ResourceKind Jobs = new("jobs", "/apis/batch/v1/jobs", OwnerKind: "Job");

    public static readonly ResourceKind Namespaces = new("namespaces", "/api/v1/namespaces", IsForItsMetadata: true);

    public static readonly ImmutableArray<ResourceKind> All = [Pods, Nodes, Services, EndpointSlices, ReplicaSets, Jobs, Namespaces];

    /// <summary>True where the metadata is all that is needed: the server then sends nothing else.</summary>
    public bool MetadataOnly => IsForItsMetadata || OwnerKind is not null;

    /// <summary>What a list asks for. A server that cannot leave the rest out sends whole objects, which are read as well.</summary>
    public string ListAccept => MetadataOnly ? "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json" : "application/json";

    /// <summary>What a watch asks for.</summary>
    public string WatchAccept => MetadataOnly ? "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json" : "application/json";
}
