namespace FlowLake.Benchmarks.Agent.Lab;

/// <summary>Runs of a program and the time they took, by the kernel's own count (<c>kernel.bpf_stats_enabled</c>): its two clock reads a run are in it.</summary>
internal readonly record struct ProgramTime(long Runs, long Nanoseconds)
{
    public double PerRun => Nanoseconds / (double)Runs;

    public static ProgramTime operator +(ProgramTime left, ProgramTime right) => new(left.Runs + right.Runs, left.Nanoseconds + right.Nanoseconds);

    public static ProgramTime operator -(ProgramTime left, ProgramTime right) => new(left.Runs - right.Runs, left.Nanoseconds - right.Nanoseconds);
}
