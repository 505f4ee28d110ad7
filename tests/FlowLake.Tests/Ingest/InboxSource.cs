using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Tests.Ingest;

/// <summary>Plays an agent: puts inbox files of made-up flows, whose payload no two rows have in common, so that sums tell a lost row from a doubled one.</summary>
internal sealed class InboxSource(IObjectStore store, string node, string? zone, DateTimeOffset firstWindow)
{
    private long sequence;

    public StreamId Stream { get; } = new(node, Guid.CreateVersion7());

    /// <summary>The key of the next file.</summary>
    public InboxKey NextKey => new(Stream, sequence + 1);

    /// <summary>SQL of the columns a newer agent's rows of flows have beside ours; empty (the default) for an agent like ours.</summary>
    public string More { get; set; } = "";

    /// <summary>The same of its rows of DNS.</summary>
    public string MoreDns { get; set; } = "";

    /// <summary>Bytes to servers in all files put so far.</summary>
    public long Payload { get; private set; }

    public long Rows { get; private set; }

    public static FlowRecord Flow(string node, string? zone, DateTimeOffset windowStart, int index, long payload) => new()
    {
        WindowStart = windowStart,
        WindowSeconds = 60,
        Node = node,
        Zone = zone,
        Observer = FlowObserver.Server,
        IsPrimary = index % 2 == 0,
        Protocol = "tcp",
        ServerPort = 8080,
        Client = new FlowEnd { Kind = EndKind.Pod, Ip = $"10.1.0.{index % 250}", Namespace = "app-client", Workload = $"client-{index % 7}", Pod = $"client-{index % 7}-{index}", Zone = zone },
        Server = new FlowEnd { Kind = EndKind.Pod, Ip = "10.2.0.1", Namespace = "app-server", Workload = "server", Pod = $"server-{index % 3}", Zone = "zone-b" },
        PayloadToServer = payload,
        ConnectionsOpened = 1,
    };

    /// <summary>Queries in all side objects put so far.</summary>
    public long Queries { get; private set; }

    /// <summary>Packets dropped in all side objects put so far.</summary>
    public long Drops { get; private set; }

    public static DnsRecord Dns(string node, string? zone, DateTimeOffset windowStart, int index, long queries) => new()
    {
        WindowStart = windowStart,
        WindowSeconds = 60,
        Node = node,
        Zone = zone,
        Observer = FlowObserver.Client,
        IsPrimary = true,
        Client = new FlowEnd { Kind = EndKind.Pod, Workload = $"client-{index % 7}" },
        Server = new FlowEnd { Kind = EndKind.Pod, Workload = "dns" },
        QueryName = $"name-{index}.test",
        QueryType = "A",
        ResponseCode = "NOERROR",
        Queries = queries,
    };

    /// <summary>Puts a side object of the stream's next file.</summary>
    public async Task<SideObject> PutSideAsync(string table, Action<string> write)
    {
        var side = new SideObject(NextKey, table);
        await UploadAsync(side.Key, write);
        return side;
    }

    /// <summary>Puts the stream's next file, and before it side objects with so many rows of DNS and of drops.</summary>
    public async Task<InboxKey> PutWithSidesAsync(int rows, int dns, int drops)
    {
        var windowStart = firstWindow.AddSeconds(60 * NextKey.Sequence);
        ImmutableArray<DnsRecord> queries = [.. Enumerable.Range(0, dns).Select(index => Dns(node, zone, windowStart, index, (NextKey.Sequence * 1_009) + index))];
        ImmutableArray<DropRecord> dropped =
            [.. Enumerable.Range(0, drops).Select(index => new DropRecord { WindowStart = windowStart, WindowSeconds = 60, Node = node, Zone = zone, Reason = $"REASON_{index}", Packets = NextKey.Sequence + index })];
        if (dns > 0)
            await PutSideAsync("dns", path =>
            {
                InboxFile.WriteSide(path, DnsColumns.Table, queries);
                Add(MoreDns, path);
            });
        if (drops > 0)
            await PutSideAsync("drops", path => InboxFile.WriteSide(path, DropColumns.Table, dropped));
        Queries += queries.Sum(row => row.Queries);
        Drops += dropped.Sum(row => row.Packets);
        return await PutAsync(rows, [.. dns > 0 ? new[] { "dns" } : [], .. drops > 0 ? new[] { "drops" } : []]);
    }

    /// <summary>Puts the stream's next file.</summary>
    /// <param name="rows">Rows of flows.</param>
    /// <param name="sides">Side objects it names.</param>
    public async Task<InboxKey> PutAsync(int rows, params string[] sides)
    {
        var key = NextKey;
        var windowStart = firstWindow.AddSeconds(60 * key.Sequence);
        ImmutableArray<FlowRecord> flows = [.. Enumerable.Range(0, rows).Select(index => Flow(node, zone, windowStart, index, (key.Sequence * 1_000_003) + index))];
        ImmutableArray<CoverageRecord> coverage =
        [
            new() { WindowStart = windowStart, WindowSeconds = 60, Node = node, Zone = zone, Incarnation = $"{Stream.Incarnation:D}", Reason = CoverageReason.Observed, Unit = "flows", Amount = rows },
        ];
        await PutFileAsync(path =>
        {
            InboxFile.Write(path, flows, coverage, sides: sides);
            Add(More, path);
        });
        Payload += flows.Sum(flow => flow.PayloadToServer);
        Rows += rows;
        return key;
    }

    /// <summary>Puts whatever is written as the stream's next file.</summary>
    public async Task<InboxKey> PutFileAsync(Action<string> write)
    {
        var key = NextKey;
        await UploadAsync(key.Key, write);
        sequence++;
        return key;
    }

    private static void Add(string columns, string path)
    {
        if (columns.Length == 0)
            return;
        using var database = DuckDatabase.Open(new DuckOptions { Threads = 1 });
        using var connection = database.Connect();
        ParquetWriter.Write(connection, new ParquetWrite
        {
            Select = $"SELECT *, {columns} FROM read_parquet({DuckSql.Literal(path)})",
            Target = path + ".more",
            Metadata = ParquetReader.Metadata(connection, [path])[path],
        });
        File.Move(path + ".more", path, overwrite: true);
    }

    private async Task UploadAsync(string key, Action<string> write)
    {
        var path = Path.GetTempFileName();
        try
        {
            write(path);
            await store.UploadAsync(key, path);
        }
        finally
        {
            File.Delete(path);
        }
    }
}
