using FlowLake.Lake.Duck;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Batches;

/// <summary>An inbox file, or one of its side objects, where the engine can read it.</summary>
/// <param name="Key">Stream and sequence of the file, also for its side object: what is wrong with one is wrong with both.</param>
/// <param name="ObjectKey">The object's own key, for messages.</param>
/// <param name="Path">The file. Not to be written: it may be the store's own.</param>
public sealed record LocalFile(InboxKey Key, string ObjectKey, string Path)
{
    /// <summary>The path as the engine's functions take it.</summary>
    public string Pattern { get; } = DuckSql.FilePattern(Path);
}
