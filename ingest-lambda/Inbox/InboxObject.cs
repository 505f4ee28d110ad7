using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Inbox;

/// <summary>An inbox file as the listing showed it.</summary>
/// <param name="Key">Its stream and sequence.</param>
/// <param name="Size">Bytes.</param>
/// <param name="PutAt">When it was put, by the store's clock.</param>
public readonly record struct InboxObject(InboxKey Key, long Size, DateTimeOffset PutAt);
