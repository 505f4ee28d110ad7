using System.Collections.Immutable;
using FlowLake.Schemas.Flows;

namespace FlowLake.Schemas.Generation;

/// <summary>
/// What goes on in a <see cref="GeneratedCluster"/>: workloads call others, popular ones most (Zipf); each pod asks for names; some call the world outside, and the
/// world calls the most popular ones. Rates are lognormal from flow to flow, and follow the time of day.
/// </summary>
public sealed class ClusterPlan : ITrafficPlan
{
    /// <summary>Name of every generated cluster.</summary>
    public const string ClusterName = "generated";

    private const int DnsWorkload = 0;
    private const int CalledMax = 6;
    private const int ServersPerPodMax = 3;
    private const int Outsides = 4_000;
    private const double ZipfExponent = 1.05;

    private readonly GeneratedCluster cluster;
    private readonly ulong seed;
    private readonly double[] popularity;
    private readonly ImmutableArray<ImmutableArray<int>> called;

    public ClusterPlan(GeneratedCluster cluster, ulong seed)
    {
        this.cluster = cluster;
        this.seed = seed;
        popularity = Accumulated(cluster.Workloads.Length);
        called = [.. cluster.Workloads.Select(Called)];
    }

    public string Cluster => ClusterName;

    public string Region => "eu-west-1";

    /// <inheritdoc/>
    public IEnumerable<PlannedFlow> FlowsAt(DateTimeOffset start)
    {
        var rhythm = Rhythm(start);
        var rollouts = cluster.Workloads.Select(workload => workload.RolloutAt(start)).ToArray();
        var pods = cluster.Workloads.Select(workload => Enumerable.Range(0, workload.Replicas).Select(replica => cluster.Pod(workload, replica, rollouts[workload.Index])).ToArray()).ToArray();
        foreach (var workload in cluster.Workloads)
        {
            for (var replica = 0; replica < workload.Replicas; replica++)
            {
                foreach (var flow in FlowsOf(workload, replica, pods, rollouts[workload.Index]))
                    yield return flow with { CallsPerSecond = flow.CallsPerSecond * rhythm };
            }
        }
    }

    // Busiest at three in the afternoon UTC, a fifth of that at three in the night.
    private static double Rhythm(DateTimeOffset time) => Math.Exp(0.8 * Math.Cos(2 * Math.PI * (time.UtcDateTime.TimeOfDay.TotalHours - 15) / 24));

    private static double[] Accumulated(int count)
    {
        var sum = 0.0;
        return [.. Enumerable.Range(0, count).Select(rank => sum += Math.Pow(rank + 1, -ZipfExponent))];
    }

    private ImmutableArray<int> Called(GeneratedWorkload workload)
    {
        var random = new SeededRandom(seed, 4, (ulong)workload.Index);
        var count = 1 + random.Next(CalledMax);
        var chosen = new SortedSet<int>();
        for (var draw = 0; draw < count; draw++)
        {
            var at = Array.BinarySearch(popularity, random.NextDouble() * popularity[^1]);
            chosen.Add(Math.Min(at < 0 ? ~at : at, popularity.Length - 1));
        }

        chosen.Remove(workload.Index);
        return [.. chosen];
    }

    private IEnumerable<PlannedFlow> FlowsOf(GeneratedWorkload workload, int replica, FlowEnd[][] pods, long rollout)
    {
        var client = pods[workload.Index][replica];
        foreach (var server in called[workload.Index])
            foreach (var flow in CallsOf(workload, replica, client, cluster.Workloads[server], pods[server], rollout))
                yield return flow;

        var random = new SeededRandom(seed, 5, (ulong)workload.Index, (ulong)replica, (ulong)rollout);
        var dns = pods[DnsWorkload];
        yield return new PlannedFlow
        {
            Key = random.NextBits(), Client = client, Server = dns[random.Next(dns.Length)], Service = cluster.Workloads[DnsWorkload].Service, ServicePort = 53, ServerPort = 53,
            Protocol = FlowProtocol.Udp, CallsPerSecond = random.NextLognormal(0.2, 1), RequestBytes = 45, ResponseBytes = 140, ConnectionsPerCall = 0, Spread = 0.4,
        };
        if (random.Next(8) == 0)
            yield return WithOutside(client, random.NextBits(), isIngress: false);
        if (workload.Index < 5)
            for (var caller = 0; caller < 4; caller++)
                yield return WithOutside(client, random.NextBits(), isIngress: true);
    }

    private IEnumerable<PlannedFlow> CallsOf(GeneratedWorkload workload, int replica, FlowEnd client, GeneratedWorkload server, FlowEnd[] servers, long rollout)
    {
        // What a call is like belongs to the pair of workloads, how often it is made to the pod.
        var pair = new SeededRandom(seed, 6, (ulong)workload.Index, (ulong)server.Index);
        var (request, response) = (pair.NextLognormal(600, 1.2), pair.NextLognormal(2_500, 1.6));
        var (keepAlive, byService, rate) = (pair.NextDouble(), pair.Next(3) == 0, pair.NextLognormal(0.8, 1.4));
        var pod = new SeededRandom(seed, 7, (ulong)workload.Index, (ulong)server.Index, (ulong)replica, (ulong)rollout);
        var count = byService ? 1 : Math.Min(servers.Length, 1 + pod.Next(ServersPerPodMax));
        var first = pod.Next(servers.Length);
        for (var index = 0; index < count; index++)
        {
            var end = servers[(first + index) % servers.Length];
            yield return new PlannedFlow
            {
                Key = pod.NextBits(), Client = client, Server = end, Service = byService ? server.Service : null, ServicePort = byService ? 80 : null, ServerPort = server.Port,
                Protocol = FlowProtocol.Tcp, CallsPerSecond = pod.NextLognormal(rate, 1), RequestBytes = request, ResponseBytes = response,
                ConnectionsPerCall = keepAlive * keepAlive * 0.2, Spread = 0.6, RoundTripUs = pod.NextLognormal(end.Zone == client.Zone ? 250 : 900, 0.3),
                LossRate = pod.Next(30) == 0 ? 1e-3 : 1e-6,
            };
        }
    }

    private static PlannedFlow WithOutside(FlowEnd pod, ulong key, bool isIngress)
    {
        var random = new SeededRandom(key);
        var number = random.Next(Outsides);
        var outside = new FlowEnd { Kind = EndKind.External, Ip = $"198.{18 + (number >> 11)}.{(number >> 3) & 255}.{1 + (random.Next(8) * 30)}" };
        return new PlannedFlow
        {
            Key = key, Client = isIngress ? outside : pod, Server = isIngress ? pod : outside, ServerPort = 443, Protocol = FlowProtocol.Tcp, CallsPerSecond = random.NextLognormal(0.3, 1.5),
            RequestBytes = 900, ResponseBytes = random.NextLognormal(6_000, 1.5), ConnectionsPerCall = 0.3, Spread = 0.8, RoundTripUs = random.NextLognormal(20_000, 0.5), LossRate = 1e-3,
        };
    }
}
