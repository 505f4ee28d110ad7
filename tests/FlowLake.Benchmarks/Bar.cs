namespace FlowLake.Benchmarks;

/// <summary>One thing that is asked of FlowLake's speed or size, and what was measured.</summary>
/// <param name="What">What is measured.</param>
/// <param name="Aim">What it should be.</param>
/// <param name="Baseline">What it is compared with, and that one's figure in the same run.</param>
/// <param name="Measured">The figure.</param>
/// <param name="Held">Whether the aim is met.</param>
internal sealed record Bar(string What, string Aim, string Baseline, string Measured, bool Held)
{
    /// <summary>What stands on the page below the table, or null.</summary>
    public string? Details { get; init; }

    public override string ToString() => $"{(Held ? "held" : "MISSED"),-6}  {What}: {Measured}; aim {Aim}; against {Baseline}";
}
