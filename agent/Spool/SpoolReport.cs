using System.Collections.Immutable;

namespace FlowLake.Agent.Spool;

/// <summary>
/// What the files so far have reported of figures that only grow. Each file carries the report as it is with that file, so that file and report come into
/// being in one step: after a crash the newest file corrects what <c>stream.json</c> had no time to learn.
/// </summary>
public sealed record SpoolReport
{
    /// <summary>Most sets of pins remembered. An agent has one, and for a moment one more when its version changes.</summary>
    public const int KernelsMax = 4;

    /// <summary>The end of the last window drained, or when counting began if that is later. Null before both.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>What the spool dropped, as far as reported.</summary>
    public ImmutableSortedDictionary<string, long> Dropped { get; init; } = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>By set of pins: the last epoch and the losses reported with it. The newest first.</summary>
    public ImmutableArray<KernelReport> Kernels { get; init; } = [];

    /// <summary>What was reported of that set of pins; nothing when it is new.</summary>
    public KernelReport Of(Guid pinSet) => Kernels.FirstOrDefault(kernel => kernel.PinSet == pinSet) ?? new KernelReport(pinSet, 0, ImmutableSortedDictionary<string, long>.Empty);

    /// <summary>The report with another window's on top.</summary>
    public SpoolReport With(KernelReport kernel, DateTimeOffset until, ImmutableSortedDictionary<string, long> dropped) => new()
    {
        Until = until,
        Dropped = dropped,
        Kernels = [kernel, .. Kernels.Where(other => other.PinSet != kernel.PinSet).Take(KernelsMax - 1)],
    };
}
