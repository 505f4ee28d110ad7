using System.Collections.Immutable;

namespace FlowLake.Agent.Spool;

/// <summary>What was reported of one set of pins.</summary>
/// <param name="PinSet">Identity of the set.</param>
/// <param name="Epoch">The newest epoch that is in a file; 0 before the first.</param>
/// <param name="Losses">The set's losses, absolute, as that file knew them.</param>
public sealed record KernelReport(Guid PinSet, long Epoch, ImmutableSortedDictionary<string, long> Losses);
