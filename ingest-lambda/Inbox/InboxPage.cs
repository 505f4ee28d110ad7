using System.Collections.Immutable;

namespace FlowLake.Ingest.Inbox;

/// <summary>A part of the inbox, what was put first first: what one round works on.</summary>
/// <param name="Objects">The inbox files.</param>
/// <param name="Sides">Side objects met. Those of a file were put before it, and may be on the page before.</param>
/// <param name="Foreign">Other objects met, which are left alone.</param>
/// <param name="FirstForeign">The key of one of them, for a message.</param>
/// <param name="IsLast">Whether the inbox ends here; the next page is the first again.</param>
/// <param name="Behind">What comes after the page.</param>
public sealed record InboxPage(ImmutableArray<InboxObject> Objects, ImmutableArray<InboxSide> Sides, int Foreign, string? FirstForeign, bool IsLast, InboxBacklog Behind);
