using System.Collections.Immutable;

namespace FlowLake.Agent.Directory;

/// <summary>
/// Which pods are observed by decision: what an annotation says wins, the pod's over its namespace's; where none says anything the lists of namespaces do.
/// Every agent of a cluster is given the same lists, so each knows what the others observe. No I/O.
/// </summary>
public sealed record ObservationScope
{
    /// <summary>The annotation on a pod or a namespace, "true" or "false".</summary>
    public const string Annotation = "flowlake.io/observe";

    /// <summary>Everything is observed that no annotation takes out.</summary>
    public static readonly ObservationScope Everything = new();

    /// <summary>The only namespaces observed; empty, the default, for all.</summary>
    public ImmutableHashSet<string> Included { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Namespaces that are not observed, also where they are included. The default is none.</summary>
    public ImmutableHashSet<string> Excluded { get; init; } = ImmutableHashSet.Create<string>(StringComparer.Ordinal);

    /// <summary>Whether the pod is observed, as it was when the entry held.</summary>
    public bool Observes(PodEntry pod)
    {
        ArgumentNullException.ThrowIfNull(pod);
        return pod.Observe ?? ((Included.IsEmpty || Included.Contains(pod.Namespace)) && !Excluded.Contains(pod.Namespace));
    }

    /// <summary>What an annotation's text decides; null where it is neither "true" nor "false", which decides nothing.</summary>
    public static bool? Decision(string? annotation) => annotation switch
    {
        "true" => true,
        "false" => false,
        _ => null,
    };
}
