using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
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

    /// <summary>Puts the stream's next file.</summary>
    public async Task<InboxKey> PutAsync(int rows)
    {
        var key = NextKey;
        var windowStart = firstWindow.AddSeconds(60 * key.Sequence);
        ImmutableArray<FlowRecord> flows = [.. Enumerable.Range(0, rows).Select(index => Flow(node, zone, windowStart, index, (key.Sequence * 1_000_003) + index))];
        ImmutableArray<CoverageRecord> coverage =
        [
            new() { WindowStart = windowStart, WindowSeconds = 60, Node = node, Zone = zone, Incarnation = $"{Stream.Incarnation:D}", Reason = CoverageReason.Observed, Unit = "flows", Amount = rows },
        ];
        await PutFileAsync(path => InboxFile.Write(path, flows, coverage));
        Payload += flows.Sum(flow => flow.PayloadToServer);
        Rows += rows;
        return key;
    }

    /// <summary>Puts whatever is written as the stream's next file.</summary>
    public async Task<InboxKey> PutFileAsync(Action<string> write)
    {
        var path = Path.GetTempFileName();
        try
        {
            write(path);
            var key = NextKey;
            await store.UploadAsync(key.Key, path);
            sequence++;
            return key;
        }
        finally
        {
            File.Delete(path);
        }
    }
}
