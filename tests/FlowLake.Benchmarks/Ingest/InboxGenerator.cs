using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Benchmarks.Ingest;

/// <summary>Writes inbox files as agents of three zones would: skewed workloads, counters lognormal. Seeded, so every run has the same rows.</summary>
internal static class InboxGenerator
{
    private const int Seed = 20_261_121;
    private const int Workloads = 60;
    private const int PodsPerWorkload = 20;

    /// <param name="folder">Gets <c>node/incarnation/sequence.parquet</c> for one file a node.</param>
    /// <param name="files">How many files, each of its own node.</param>
    /// <param name="rows">Rows of each.</param>
    public static void Write(string folder, int files, int rows)
    {
        var random = new Random(Seed);
        var now = TimeProvider.System.GetUtcNow();
        var start = new DateTimeOffset(now.Year, now.Month, now.Day, now.Hour, now.Minute, 0, TimeSpan.Zero).AddMinutes(-2);
        for (int file = 0; file < files; file++)
        {
            string node = $"node-{file:D4}";
            var key = new InboxKey(new StreamId(node, Guid.CreateVersion7()), 1);
            string path = Path.Combine(folder, key.Key[InboxKey.Prefix.Length..]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            var coverage = new CoverageRecord
            {
                WindowStart = start, WindowSeconds = 60, Zone = Zone(file), Node = node, Incarnation = key.Stream.Incarnation.ToString("D"), Reason = CoverageReason.Observed, Unit = "flows", Amount = rows,
            };
            InboxFile.Write(path, [.. Enumerable.Range(0, rows).Select(_ => Row(random, start, node, Zone(file)))], [coverage]);
        }
    }

    private static FlowRecord Row(Random random, DateTimeOffset start, string node, string zone)
    {
        bool isServer = random.Next(2) == 0;
        var here = End(random, node, zone);
        var there = End(random, $"node-{random.Next(200):D4}", Zone(random.Next(3)));
        long payload = Lognormal(random, 9);
        long packets = 1 + (payload / 1_000);
        return new FlowRecord
        {
            WindowStart = start,
            WindowSeconds = 60,
            Zone = zone,
            Region = "eu-west-1",
            Cluster = "bench",
            Node = node,
            Observer = isServer ? FlowObserver.Server : FlowObserver.Client,
            IsPrimary = isServer,
            Protocol = "tcp",
            ServerPort = 8_000 + random.Next(8),
            Client = isServer ? there : here,
            Server = isServer ? here : there,
            PayloadToServer = payload,
            PayloadToClient = Lognormal(random, 11),
            HeaderBytesToServer = packets * 52,
            HeaderBytesToClient = packets * 52,
            PacketsToServer = packets,
            PacketsToClient = packets,
            ConnectionsOpened = random.Next(20),
            ConnectionsClosed = random.Next(20),
            SrttUsSum = Lognormal(random, 7),
            SrttCount = 1 + random.Next(20),
            SrttUsMin = 256,
            SrttUsMax = 2_048,
            Estimated = true,
        };
    }

    private static FlowEnd End(Random random, string node, string zone)
    {
        // The square makes some workloads far busier than others.
        int workload = (int)(Workloads * random.NextDouble() * random.NextDouble());
        int pod = random.Next(PodsPerWorkload);
        return new FlowEnd
        {
            Kind = EndKind.Pod,
            Ip = $"10.{workload}.{pod}.7",
            Namespace = $"team-{workload % 8}",
            Pod = $"service-{workload}-{pod}",
            WorkloadKind = "Deployment",
            Workload = $"service-{workload}",
            Node = node,
            Zone = zone,
            ZoneId = "euw1-az" + zone[^1],
        };
    }

    private static string Zone(int number) => "eu-west-1" + (char)('a' + (number % 3));

    private static long Lognormal(Random random, double mean)
    {
        double normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
        return (long)Math.Exp(mean + (1.5 * normal));
    }
}
