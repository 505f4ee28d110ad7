using System.Runtime.InteropServices;

namespace FlowLake.Lake.Duck;

/// <summary>An INTERVAL: its parts do not convert into each other, for a month has no fixed length.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckInterval(int Months, int Days, long Microseconds);

/// <summary>One value of a LIST or MAP: a run of its child vector.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct DuckListEntry(long Offset, long Length);
