namespace FlowLake.Ingest.Inbox;

/// <summary>Inbox files that a pass has not come to yet.</summary>
/// <param name="Files">How many, as the last walk over the inbox saw them.</param>
/// <param name="Bytes">Their bytes, side objects left out.</param>
/// <param name="PassedUntil">What was put before this had its turn, by the store's clock; null where nothing is left or nothing had.</param>
public sealed record InboxBacklog(long Files, long Bytes, DateTimeOffset? PassedUntil)
{
    public static readonly InboxBacklog None = new(0, 0, null);
}
