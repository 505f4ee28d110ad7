namespace FlowLake.Benchmarks;

/// <summary>What was asked for cannot be measured: a part its area does not have, or a setting that is no number. The message says so.</summary>
internal sealed class UsageException(string message) : Exception(message);
