namespace FlowLake.Tests.Agent;

/// <summary>A process that dies after a given step: from then on every step of it fails.</summary>
internal sealed class Death(int afterSteps)
{
    private readonly Lock gate = new();
    private int steps;

    /// <summary>The step after which it died, or null.</summary>
    public string? At { get; private set; }

    /// <summary>What happens at the moment of death.</summary>
    public Action Died { get; set; } = () => { };

    public static Death Never => new(int.MaxValue);

    public void Step(string name)
    {
        bool now;
        lock (gate)
        {
            now = At is null && ++steps == afterSteps;
            if (now)
                At = name;
        }

        if (now)
            Died();
        if (At is not null)
            throw new DeathException($"died after {At}, and did not come to {name}");
    }

    public sealed class DeathException(string message) : Exception(message);
}
