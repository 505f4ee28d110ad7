using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Lake.Generation;

/// <summary>Plays the agents of generated nodes: puts their windows into the inbox, each node a stream of its own, numbered without a gap.</summary>
/// <param name="store">The lake's store.</param>
/// <param name="workFolder">Where a file is written before it is put.</param>
/// <param name="timeProvider">The clock of the streams' ids.</param>
public sealed class GeneratedInbox(IObjectStore store, string workFolder, TimeProvider timeProvider)
{
    private readonly Dictionary<string, InboxKey> next = [];

    /// <summary>Puts a node's window, also one without rows.</summary>
    /// <param name="node">The node.</param>
    /// <param name="rows">What its agent saw.</param>
    /// <param name="observed">What the agent says of the window; the stream is filled in.</param>
    /// <param name="cancellationToken">Stops it.</param>
    public async Task PutAsync(string node, IReadOnlyList<FlowRecord> rows, CoverageRecord observed, CancellationToken cancellationToken = default)
    {
        if (!next.TryGetValue(node, out var key))
            key = new InboxKey(new StreamId(node, Guid.CreateVersion7(timeProvider.GetUtcNow())), Sequence: 1);
        Directory.CreateDirectory(workFolder);
        var path = Path.Combine(workFolder, $"{Guid.NewGuid():N}.parquet");
        InboxFile.Write(path, rows, [observed with { Incarnation = key.Stream.Incarnation.ToString("D"), Amount = rows.Count }]);
        await store.UploadAsync(key.Key, path, cancellationToken);
        File.Delete(path);
        next[node] = key with { Sequence = key.Sequence + 1 };
    }
}
