using System.Collections.Immutable;
using FlowLake.Schemas.Flows;

namespace FlowLake.Schemas.Generation;

/// <summary>A node of a made-up cluster.</summary>
public sealed record GeneratedNode(string Name, string Zone, string ZoneId);

/// <summary>A Deployment of a made-up cluster.</summary>
/// <param name="Index">Its rank by popularity, 0 for the most called one.</param>
/// <param name="Replicas">Pods it has at any time.</param>
/// <param name="FirstPod">Number of its first pod among all pods of the cluster; addresses follow from it.</param>
/// <param name="RolloutPeriod">How often it is deployed anew, which replaces all its pods.</param>
/// <param name="RolloutOffset">When in the period.</param>
public sealed record GeneratedWorkload(int Index, string Namespace, string Name, int Port, FlowEnd Service, int Replicas, int FirstPod, TimeSpan RolloutPeriod, TimeSpan RolloutOffset)
{
    /// <summary>The number of the deployment whose pods run at a time.</summary>
    public long RolloutAt(DateTimeOffset time) => (time.UtcTicks + RolloutOffset.Ticks) / RolloutPeriod.Ticks;
}

/// <summary>
/// The nodes, workloads and pods of a made-up cluster of three zones. A pod's name, node and address follow from its workload, its number and the deployment
/// that made it, so any time can be asked for and nothing is kept.
/// </summary>
public sealed class GeneratedCluster
{
    public const int NodesMin = 10;
    public const int NodesMax = 5_000;

    /// <summary>Pods a node has on average.</summary>
    public const int PodsPerNode = 15;

    /// <summary>Addresses a pod's successors take turns on: an address comes back, held by another pod.</summary>
    private const int AddressesPerPod = 8;

    private const string Region = "eu-west-1";
    private const string Letters = "bcdfghjklmnpqrstvwxz2456789";

    private readonly ulong seed;

    /// <param name="nodes"><see cref="NodesMin"/> to <see cref="NodesMax"/>, both included.</param>
    /// <param name="seed">Equal seeds make equal clusters.</param>
    public GeneratedCluster(int nodes, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(nodes, NodesMin);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(nodes, NodesMax);
        this.seed = seed;
        Nodes = [.. Enumerable.Range(0, nodes).Select(number => new GeneratedNode($"ip-10-{200 + (number >> 8)}-{number & 255}-10", $"{Region}{"abc"[number % 3]}", $"euw1-az{1 + (number % 3)}"))];
        Workloads = MakeWorkloads(nodes, seed);
    }

    public ImmutableArray<GeneratedNode> Nodes { get; }

    /// <summary>By popularity, the most called one first.</summary>
    public ImmutableArray<GeneratedWorkload> Workloads { get; }

    /// <summary>The pod that is a workload's replica at a time.</summary>
    public FlowEnd Pod(GeneratedWorkload workload, int replica, long rollout)
    {
        var random = new SeededRandom(seed, 1, (ulong)workload.Index, (ulong)rollout, (ulong)replica);
        var template = new SeededRandom(seed, 2, (ulong)workload.Index, (ulong)rollout);
        var node = Nodes[random.Next(Nodes.Length)];
        var address = (int)(((workload.FirstPod + replica) * (long)AddressesPerPod) + (rollout % AddressesPerPod)) + (10 << 24) + 256;
        return new FlowEnd
        {
            Kind = EndKind.Pod,
            Ip = $"{address >> 24}.{(address >> 16) & 255}.{(address >> 8) & 255}.{address & 255}",
            Namespace = workload.Namespace,
            Pod = $"{workload.Name}-{Suffix(ref template, 9)}-{Suffix(ref random, 5)}",
            WorkloadKind = "Deployment",
            Workload = workload.Name,
            Service = workload.Service.Service,
            Node = node.Name,
            Zone = node.Zone,
            ZoneId = node.ZoneId,
        };
    }

    // Few workloads have many replicas, most have a handful, as popularity has it.
    private static ImmutableArray<GeneratedWorkload> MakeWorkloads(int nodes, ulong seed)
    {
        var count = nodes * 2;
        var weights = Enumerable.Range(0, count).Select(rank => Math.Pow(rank + 1, -0.7)).ToArray();
        var perWeight = nodes * PodsPerNode / weights.Sum();
        var workloads = ImmutableArray.CreateBuilder<GeneratedWorkload>(count);
        var pods = 0;
        for (var index = 0; index < count; index++)
        {
            var random = new SeededRandom(seed, 3, (ulong)index);
            var (name, space) = ($"{GeneratedNames.Workload(ref random)}-{index}", $"team-{random.Next(Math.Max(3, count / 8))}");
            var service = new FlowEnd { Kind = EndKind.Service, Namespace = space, Service = name, Ip = $"172.20.{index >> 8}.{index & 255}" };
            var replicas = Math.Max(1, (int)Math.Round(weights[index] * perWeight));
            workloads.Add(new GeneratedWorkload(
                index, space, name, 8_000 + random.Next(100), service, replicas, pods,
                TimeSpan.FromHours(random.NextLognormal(48, 1)), TimeSpan.FromHours(random.Next(10_000))));
            pods += replicas;
        }

        return workloads.MoveToImmutable();
    }

    private static string Suffix(ref SeededRandom random, int length)
    {
        Span<char> letters = stackalloc char[length];
        foreach (ref var letter in letters)
            letter = Letters[random.Next(Letters.Length)];
        return new string(letters);
    }
}
