using FlowLake.Lake.Duck;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Batches;

/// <summary>An inbox file where the engine can read it.</summary>
/// <param name="Key">Its stream and sequence.</param>
/// <param name="Path">The file. Not to be written: it may be the store's own.</param>
public sealed record LocalFile(InboxKey Key, string Path)
{
    /// <summary>The path as the engine's functions take it.</summary>
    public string Pattern { get; } = DuckSql.FilePattern(Path);
}
