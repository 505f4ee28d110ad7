using FlowLake.Schemas.Coverage;

namespace FlowLake.Agent.Windows;

/// <summary>How much of what, and why it is missing.</summary>
/// <param name="Reason">One of <see cref="CoverageReason"/>.</param>
/// <param name="Unit">What the amount counts.</param>
/// <param name="Amount">How many.</param>
public readonly record struct Loss(string Reason, string Unit, long Amount)
{
    /// <summary>The name under which totals of this kind are kept.</summary>
    public string Key => $"{Reason}/{Unit}";

    /// <summary>Reads a total by its name.</summary>
    public static Loss Of(string key, long amount) => key.Split('/') is [var reason, var unit] ? new Loss(reason, unit, amount) : throw new FormatException($"\"{key}\" is no name of a loss");
}
