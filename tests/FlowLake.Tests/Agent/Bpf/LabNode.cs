using System.Net;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>A node's cgroup with a pod's in it, and the pod's network namespace.</summary>
public sealed class LabNode
{
    private readonly int number;
    private bool isNamespaceGone;

    internal LabNode(string parent, string name, int number)
    {
        this.number = number;
        Namespace = name;
        Cgroup = Path.Combine(parent, name);
        System.IO.Directory.CreateDirectory(PodCgroup);
        Shell.Run($"ip netns add {name}");
    }

    public string Namespace { get; }

    public string Cgroup { get; }

    public string PodCgroup => Path.Combine(Cgroup, "pod");

    public IPAddress IPv4 => IPAddress.Parse($"10.77.0.{number}");

    public IPAddress IPv6 => IPAddress.Parse($"fd77::{number}");

    internal void Configure()
    {
        Shell.Run($"ip -n {Namespace} link set lo up");
        Shell.Run($"ip -n {Namespace} addr add {IPv4}/24 dev eth0");
        Shell.Run($"ip -n {Namespace} addr add {IPv6}/64 dev eth0 nodad");
        Shell.Run($"ip -n {Namespace} link set eth0 up");
    }

    /// <summary>Takes the namespace's name away: it lives on as long as a process or a socket is in it.</summary>
    internal void RemoveNamespace()
    {
        isNamespaceGone = true;
        Shell.Run($"ip netns del {Namespace}");
    }

    /// <summary>Sets what the namespace's kernel does.</summary>
    internal void Set(string parameter, string value) => Shell.Run($"ip netns exec {Namespace} sysctl -q -w {parameter}={value}");

    internal void Remove()
    {
        if (!isNamespaceGone)
            RemoveNamespace();
        System.IO.Directory.Delete(PodCgroup);
        System.IO.Directory.Delete(Cgroup);
    }
}
