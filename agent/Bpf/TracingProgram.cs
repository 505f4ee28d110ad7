namespace FlowLake.Agent.Bpf;

/// <summary>A program on a tracepoint of the kernel's. Capture goes on without it.</summary>
/// <param name="Name">Its name in the object file.</param>
/// <param name="Tracepoint">Where it is attached.</param>
/// <param name="Sees">What is not seen without it.</param>
internal sealed record TracingProgram(string Name, string Tracepoint, string Sees);
