namespace FlowLake.Benchmarks;

/// <summary>A part was asked for that its area does not have; the message names those it has.</summary>
internal sealed class UnknownPartException(string message) : Exception(message);
