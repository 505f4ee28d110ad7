using FlowLake.Schemas.Inbox;

namespace FlowLake.Agent.Spool;

/// <summary>A file that is to be uploaded.</summary>
/// <param name="Key">Where to.</param>
/// <param name="Path">The file.</param>
public readonly record struct SpoolUpload(InboxKey Key, string Path);
