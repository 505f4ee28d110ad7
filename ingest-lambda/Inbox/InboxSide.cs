using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Inbox;

/// <summary>A side object as the listing showed it.</summary>
/// <param name="Side">Its file and its table.</param>
/// <param name="Size">Bytes.</param>
/// <param name="PutAt">When it was put, by the store's clock.</param>
public readonly record struct InboxSide(SideObject Side, long Size, DateTimeOffset PutAt);
