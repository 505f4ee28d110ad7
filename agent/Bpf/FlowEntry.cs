using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf;

/// <summary>One flow and what was counted of it.</summary>
[StructLayout(LayoutKind.Sequential)]
public readonly record struct FlowEntry(FlowKey Key, FlowCounters Counters);
