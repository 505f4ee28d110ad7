using FlowLake.Schemas.Coverage;

namespace FlowLake.Agent.Windows;

/// <summary>How much of what, and why it is missing.</summary>
/// <param name="Reason">One of <see cref="CoverageReason"/>.</param>
/// <param name="Unit">What the amount counts.</param>
/// <param name="Amount">How many.</param>
/// <param name="Namespace">Whose it is; null where it is the node's.</param>
public readonly record struct Loss(string Reason, string Unit, long Amount, string? Namespace = null)
{
    /// <summary>The name under which totals of this kind are kept.</summary>
    public string Key => Namespace is null ? $"{Reason}/{Unit}" : $"{Reason}/{Unit}/{Namespace}";

    /// <summary>Reads a total by its name.</summary>
    public static Loss Of(string key, long amount) => key.Split('/') switch
    {
        [var reason, var unit] => new Loss(reason, unit, amount),
        [var reason, var unit, var ns] => new Loss(reason, unit, amount, ns),
        _ => throw new FormatException($"\"{key}\" is no name of a loss"),
    };
}
