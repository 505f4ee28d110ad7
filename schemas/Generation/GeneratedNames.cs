namespace FlowLake.Schemas.Generation;

/// <summary>Words workloads are called by.</summary>
internal static class GeneratedNames
{
    private static readonly string[] things = ["cart", "catalog", "checkout", "order", "payment", "user", "session", "search", "stock", "invoice", "mail", "report", "media", "price", "review", "ledger"];
    private static readonly string[] roles = ["api", "web", "worker", "cache", "db", "gateway", "sync", "stream"];

    public static string Workload(ref SeededRandom random) => $"{things[random.Next(things.Length)]}-{roles[random.Next(roles.Length)]}";
}
