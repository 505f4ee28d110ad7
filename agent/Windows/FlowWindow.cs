namespace FlowLake.Agent.Windows;

/// <summary>The time a row speaks of.</summary>
/// <param name="Start">Its start, included; UTC.</param>
/// <param name="End">Its end, excluded; later than the start.</param>
public readonly record struct FlowWindow(DateTimeOffset Start, DateTimeOffset End)
{
    /// <summary>Its length in whole seconds, at least 1.</summary>
    public int Seconds => (int)Math.Clamp(Math.Round((End - Start).TotalSeconds), 1, int.MaxValue);
}
