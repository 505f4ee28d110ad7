using FlowLake.Lake.Objects;

namespace FlowLake.Tests.Ingest.Kills;

/// <summary>A lake that shows what step the processes on it are at.</summary>
internal interface IStepTrap : IAsyncDisposable
{
    /// <summary>The lake itself, past every trap.</summary>
    IObjectStore Store { get; }

    /// <summary>The steps that can be seen here.</summary>
    IEnumerable<KillStep> Of(IEnumerable<KillStep> steps);

    /// <summary>The lake's name for one process.</summary>
    string LakeFor(int process);

    /// <summary>Kills at a step, once.</summary>
    /// <param name="step">The step.</param>
    /// <param name="underway">Where that can be chosen: false for before it takes effect, true for when it was sent.</param>
    /// <param name="kill">Called at the step with the process that is there, or with null where that cannot be told: then it is one of all.</param>
    /// <param name="disarm">Ends the waiting: it is not called any more.</param>
    /// <returns>Ends when it was called.</returns>
    Task ArmAsync(KillStep step, bool underway, Action<int?> kill, CancellationToken disarm);
}
