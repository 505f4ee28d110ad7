using System.Collections.Immutable;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Agent.Spool;

/// <summary>A file that is to be uploaded.</summary>
/// <param name="Key">Where to.</param>
/// <param name="Path">The file.</param>
/// <param name="Sides">Its side objects, each with its file. They are uploaded first.</param>
public sealed record SpoolUpload(InboxKey Key, string Path, ImmutableArray<(SideObject Side, string Path)> Sides);
