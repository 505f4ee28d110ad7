using System.Collections.Immutable;

namespace FlowLake.Ingest.Inbox;

/// <summary>A part of the inbox, in key order: what one round works on.</summary>
/// <param name="Objects">The inbox files.</param>
/// <param name="Foreign">Other objects met, which are left alone.</param>
/// <param name="FirstForeign">The key of one of them, for a message.</param>
/// <param name="IsLast">Whether the inbox ends here; the next page is the first again.</param>
public sealed record InboxPage(ImmutableArray<InboxObject> Objects, int Foreign, string? FirstForeign, bool IsLast);
