using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;

namespace FlowLake.Tests.QueryApi;

/// <summary>Records by chance, the same for the same seed: odd zone names, unknown zones, both observers of some connections.</summary>
internal static class TestFlows
{
    public static readonly DateTimeOffset Start = new(2026, 11, 20, 21, 30, 0, TimeSpan.Zero);

    public static readonly string?[] Zones = ["eu-west-1a", "eu west/1b", "100% zone=c", "zürich-é", "o'zone\"d", null];

    private static readonly string[] Workloads = ["web", "api", "cart", "pay%ment", "größe"];

    public static List<FlowRecord> Make(int seed, int count, DateTimeOffset? start = null)
    {
        var random = new Random(seed);
        var flows = new List<FlowRecord>();
        while (flows.Count < count)
        {
            var server = Row(random, start ?? Start);
            flows.Add(server);
            // The client's agent saw it too; its row is there and does not count.
            if (random.Next(3) == 0)
                flows.Add(server with { Observer = FlowObserver.Client, IsPrimary = false, Zone = server.Client.Zone, Node = server.Client.Node ?? "node-x" });
        }

        return flows;
    }

    public static List<CoverageRecord> MakeCoverage(int seed, int count)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(index => new CoverageRecord
        {
            WindowStart = Start.AddMinutes(random.Next(3_000)),
            WindowSeconds = 60,
            Zone = Zones[random.Next(Zones.Length)],
            Cluster = "test",
            Node = $"node-{random.Next(3)}",
            Incarnation = $"incarnation-{random.Next(3)}",
            Reason = random.Next(4) == 0 ? CoverageReason.UnknownEnd : CoverageReason.Observed,
            Unit = "flows",
            Amount = random.Next(1_000),
        })];
    }

    private static FlowRecord Row(Random random, DateTimeOffset start)
    {
        var (client, server) = (End(random, "10.1"), End(random, "10.2"));
        return new FlowRecord
        {
            WindowStart = start.AddSeconds(random.Next(200_000)),
            WindowSeconds = 60,
            Zone = server.Zone,
            Region = "eu-west-1",
            Cluster = random.Next(5) == 0 ? null : "test",
            Node = server.Node ?? "node-y",
            Observer = FlowObserver.Server,
            IsPrimary = true,
            Protocol = random.Next(4) == 0 ? "udp" : "tcp",
            ServerPort = random.Next(3) switch { 0 => 80, 1 => 443, _ => 8080 },
            ServicePort = random.Next(2) == 0 ? null : 80,
            Client = client,
            Server = server,
            PayloadToServer = random.NextInt64(1L << 33),
            PayloadToClient = random.NextInt64(1L << random.Next(1, 36)),
            HeaderBytesToServer = random.Next(100_000),
            HeaderBytesToClient = random.Next(100_000),
            PacketsToServer = random.Next(10_000),
            PacketsToClient = random.Next(10_000),
            ConnectionsOpened = random.Next(10),
            ConnectionsClosed = random.Next(10),
            ConnectionsFailed = random.Next(2),
            Retransmits = random.Next(5),
            SrttUsSum = random.Next(100_000),
            SrttCount = random.Next(10),
            SrttUsMin = random.Next(3) == 0 ? null : random.Next(1_000),
            SrttUsMax = random.Next(3) == 0 ? null : random.Next(10_000),
            Estimated = random.Next(2) == 0,
        };
    }

    private static FlowEnd End(Random random, string network)
    {
        var workload = Workloads[random.Next(Workloads.Length)];
        var zone = Zones[random.Next(Zones.Length)];
        return random.Next(8) == 0
            ? new FlowEnd { Kind = EndKind.External, Ip = $"203.0.113.{random.Next(250)}" }
            : new FlowEnd
            {
                Kind = EndKind.Pod,
                Ip = $"{network}.{random.Next(4)}.{random.Next(250)}",
                Namespace = random.Next(2) == 0 ? "shop" : "back end",
                Pod = $"{workload}-{random.Next(3)}",
                WorkloadKind = "Deployment",
                Workload = workload,
                Node = $"node-{random.Next(3)}",
                Zone = zone,
                ZoneId = zone is null ? null : "euw1-az" + random.Next(3),
            };
    }
}
