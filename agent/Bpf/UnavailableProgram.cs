namespace FlowLake.Agent.Bpf;

/// <summary>Something capture does without on this kernel.</summary>
/// <param name="Program">The program left out.</param>
/// <param name="Unseen">What is not seen for it.</param>
/// <param name="Cause">What the kernel lacks, or said.</param>
public sealed record UnavailableProgram(string Program, string Unseen, string Cause);
