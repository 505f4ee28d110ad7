namespace FlowLake.Agent.Directory;

/// <summary>On which nodes agents ran at which time, as their pods say. Not safe for several threads.</summary>
internal sealed class AgentNodes
{
    /// <summary>
    /// How long a node still counts as one with an agent after its agent's pod was ready: so long the kernel half counts on by itself, and the next agent
    /// ships it. A client that took an update of the agent for its end would count these bytes a second time.
    /// </summary>
    public static readonly TimeSpan CountsOn = TimeSpan.FromMinutes(10);

    private readonly Dictionary<(string Namespace, string Name), (string Node, bool IsReady)> pods = [];
    private readonly AsOfMap<string, string> ready = new();

    /// <summary>True where no agent was ever seen as a pod: they are started some other way, and who runs one is not to be known from the pods.</summary>
    public bool IsEmpty => pods.Count == 0 && ready.Count == 0;

    /// <summary>An agent's pod is so from a time on.</summary>
    public void Set(string ns, string name, string node, bool isReady, DateTimeOffset at)
    {
        Remove(ns, name, at, but: isReady ? node : null);
        pods[(ns, name)] = (node, isReady);
        if (isReady)
            ready.Set(node, node, at);
    }

    /// <summary>An agent's pod is gone.</summary>
    public void Remove(string ns, string name, DateTimeOffset at, string? but = null)
    {
        if (pods.Remove((ns, name), out var pod) && pod.IsReady && pod.Node != but && !pods.ContainsValue(pod))
            ready.End(pod.Node, at);
    }

    /// <summary>Whether an agent counted on the node at any time from <paramref name="from"/> to before <paramref name="to"/>.</summary>
    public bool Counted(string node, DateTimeOffset from, DateTimeOffset to) =>
        ready.TryFind(node, from - DateTimeOffset.MinValue > CountsOn ? from - CountsOn : from, to, out _);

    public void Forget(DateTimeOffset before) => ready.Forget(before);
}
