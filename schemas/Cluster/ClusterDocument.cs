using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowLake.Schemas.Cluster;

/// <summary>
/// A cluster written down: nodes, pods and Services, for places without a Kubernetes API (plain EC2, tests, the demo).
/// It is the file of the agent's <c>--directory</c>.
/// </summary>
/// <remarks>Arrays left out are empty. Their getters say so, because the generated reader does not know initial values of members set once.</remarks>
public sealed record ClusterDocument
{
    /// <summary>Name of the cluster, written on every row. Null where there is none.</summary>
    public string? Cluster { get; init; }

    /// <summary>Cloud region of all nodes.</summary>
    public string? Region { get; init; }

    public ImmutableArray<ClusterNode> Nodes { get => field.IsDefault ? [] : field; init; }

    /// <summary>Namespaces of which more is to be said than their name.</summary>
    public ImmutableArray<ClusterNamespace> Namespaces { get => field.IsDefault ? [] : field; init; }

    public ImmutableArray<ClusterPod> Pods { get => field.IsDefault ? [] : field; init; }

    public ImmutableArray<ClusterService> Services { get => field.IsDefault ? [] : field; init; }

    /// <summary>Networks outside of the cluster and where they stand: subnets of databases, an office. The file of the agent's <c>--cidr-table</c> has only these.</summary>
    public ImmutableArray<ClusterNetwork> Networks { get => field.IsDefault ? [] : field; init; }

    /// <summary>Reads the document.</summary>
    /// <exception cref="JsonException">The text is no such document; the message names the place.</exception>
    public static ClusterDocument Parse(ReadOnlySpan<byte> json) =>
        JsonSerializer.Deserialize(json, ClusterJsonContext.Default.ClusterDocument) is { HoldsNull: false } document ? document : throw new JsonException("directory: null where an object was expected");

    // The reader refuses null for a member, but not in an array.
    private bool HoldsNull =>
        Nodes.Contains(null!) || Namespaces.Contains(null!) || Pods.Contains(null!) || Services.Contains(null!) || Services.Any(service => service.Ports.Contains(null!)) || Networks.Contains(null!);

    /// <summary>Writes the document as UTF-8 JSON, indented.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ClusterJsonContext.Default.ClusterDocument);
}

/// <summary>A node and where it stands.</summary>
public sealed record ClusterNode
{
    public required string Name { get; init; }

    /// <summary>Label <c>topology.kubernetes.io/zone</c>.</summary>
    public string? Zone { get; init; }

    /// <summary>Label <c>topology.k8s.aws/zone-id</c>.</summary>
    public string? ZoneId { get; init; }

    public ImmutableArray<string> Addresses { get => field.IsDefault ? [] : field; init; }

    /// <summary>Address ranges of the node's pods, as CIDR. An address in them that is no pod is the node.</summary>
    public ImmutableArray<string> PodCidrs { get => field.IsDefault ? [] : field; init; }

    /// <summary>Whether an agent runs there. Null, the default, means yes.</summary>
    public bool? Agent { get; init; }
}

/// <summary>A network outside of the cluster. Of two that hold an address the longer prefix counts.</summary>
public sealed record ClusterNetwork
{
    /// <summary>Its addresses, as CIDR.</summary>
    public required string Cidr { get; init; }

    public string? Zone { get; init; }

    public string? ZoneId { get; init; }

    /// <summary>What people call it; stands as the workload, with kind Network.</summary>
    public string? Name { get; init; }
}

/// <summary>A pod, its addresses and its cgroup.</summary>
public sealed record ClusterPod
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    public required string Node { get; init; }

    /// <summary>Kind of the workload that owns the pod, for example Deployment.</summary>
    public string? WorkloadKind { get; init; }

    public string? Workload { get; init; }

    /// <summary>IPv4 and IPv6 addresses. A host-network pod has its node's.</summary>
    public ImmutableArray<string> Addresses { get => field.IsDefault ? [] : field; init; }

    public bool HostNetwork { get; init; }

    /// <summary>The pod's cgroup, relative to the cgroup v2 mount. Processes in it or below it are the pod's.</summary>
    public string? Cgroup { get; init; }

    /// <summary>Whether the pod is observed: annotation <c>flowlake.io/observe</c>. Null leaves it to the namespace.</summary>
    public bool? Observe { get; init; }
}

/// <summary>What is said of a namespace.</summary>
public sealed record ClusterNamespace
{
    public required string Name { get; init; }

    /// <summary>Whether its pods are observed: annotation <c>flowlake.io/observe</c>. Null leaves it to the agents' options.</summary>
    public bool? Observe { get; init; }
}

/// <summary>A Service: addresses in front of pods.</summary>
public sealed record ClusterService
{
    public required string Namespace { get; init; }

    public required string Name { get; init; }

    /// <summary>Cluster, external and load-balancer addresses.</summary>
    public ImmutableArray<string> Addresses { get => field.IsDefault ? [] : field; init; }

    public ImmutableArray<ClusterServicePort> Ports { get => field.IsDefault ? [] : field; init; }

    /// <summary>Addresses of the pods behind it.</summary>
    public ImmutableArray<string> Endpoints { get => field.IsDefault ? [] : field; init; }
}

/// <summary>A port of a Service and the port of the pods it leads to.</summary>
public sealed record ClusterServicePort(int Port, int TargetPort, string Protocol = "tcp");

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow, RespectNullableAnnotations = true)]
[JsonSerializable(typeof(ClusterDocument))]
internal sealed partial class ClusterJsonContext : JsonSerializerContext;
