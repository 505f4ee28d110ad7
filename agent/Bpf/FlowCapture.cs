using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>
/// Capture by the kernel, and the one door to it. The kernel half is pinned: it goes on counting when this is disposed or its
/// process dies, and the next <see cref="Open"/> takes it over. A window ends with <see cref="Sweep"/>, <see cref="Drain"/>,
/// a durable write of what was drained, and <see cref="Clear"/>. Not for use by several threads at once, except <see cref="Beat"/>.
/// </summary>
public sealed partial class FlowCapture : IDisposable
{
    private readonly CaptureOptions options;
    private readonly TimeProvider time;
    private readonly PinFolder folder;
    private readonly PinSet current;
    private readonly Dictionary<Guid, ReplacedPinSet> replaced;

    private FlowCapture(CaptureOptions options, TimeProvider time, PinFolder folder, PinSet current, Dictionary<Guid, ReplacedPinSet> replaced)
    {
        this.options = options;
        this.time = time;
        this.folder = folder;
        this.current = current;
        this.replaced = replaced;
    }

    /// <summary>Whether an earlier agent's kernel half was found and goes on, rather than a new one made.</summary>
    public bool TookOver { get; private init; }

    /// <summary>Sets of pins an older version left whose rows this one cannot read: removed, with what they held.</summary>
    public int DiscardedPinSets { get; private init; }

    /// <summary>Whether the kernel tells of each cgroup as it is made (tracepoint <c>cgroup_mkdir</c>). Where it does not, their folders have to be looked through.</summary>
    public bool SeesCgroups { get; private init; }
    /// <summary>Connections that were open before and are counted from now on. 0 where an earlier agent's kernel half goes on.</summary>
    public int Adopted { get; private init; }

    /// <summary>What this kernel does not let us see; empty on a usual one.</summary>
    public IReadOnlyList<UnavailableProgram> Unavailable { get; private init; } = [];

    /// <summary>Identity of the set of pins; with an epoch's number it names a drain for good.</summary>
    public Guid PinSetId => current.Id;

    /// <summary>
    /// Drains a dead agent made and did not clear, oldest first: of sets of pins this version replaced, and of the current one.
    /// For each ask whether the spool has its <see cref="CaptureDrain.PinSetId"/> and <see cref="CaptureDrain.Epoch"/>; if not write
    /// it; then <see cref="Clear"/> it. Reads the kernel's maps each time it is asked.
    /// </summary>
    public IReadOnlyList<CaptureDrain> PendingDrains
    {
        get
        {
            var drains = replaced.Values.SelectMany(set => set.Drains).ToList();
            if (current.UnclearedEpoch is { } epoch)
                drains.Add(current.Read(epoch));
            return drains;
        }
    }

    /// <summary>What was lost until now, absolute since the set of pins was created.</summary>
    public CaptureLosses Losses => current.ReadLosses();

    /// <summary>Tells the kernel half that an agent lives; from any thread. Sweep and drain do so too; without any for <see cref="CaptureOptions.Silence"/> counting stops.</summary>
    public void Beat() => current.Beat(time.GetTimestamp(), options);

    /// <summary>
    /// Adds what every live socket moved since the last sweep, in every network namespace. A socket in the middle of a packet
    /// keeps one byte back for the next count, since it might prove to be the end of the stream and no payload. Ends DNS queries that
    /// waited too long for their answer.
    /// </summary>
    /// <returns>Sockets visited.</returns>
    public int Sweep()
    {
        Beat();
        if (options.FollowsDns)
            BpfLink.Iterate(current.PinPath(PinNames.DnsSweep));
        return current.SweepSockets();
    }

    /// <summary>
    /// Cgroups made since this was last asked, by this agent or one before it, oldest first; also outside of the root. What there was no room for is in
    /// <see cref="CaptureLosses.CgroupsMissed"/>.
    /// </summary>
    public IReadOnlyList<MadeCgroup> ReadCgroups() => [.. current.ReadCgroups()];

    /// <summary>
    /// From now on the traffic of exactly these cgroups is not recorded, but only counted by namespace (<see cref="CaptureLosses.Excluded"/>). What their
    /// sockets moved until now is counted as it was decided until now.
    /// </summary>
    /// <param name="cgroups">The namespace of each cgroup. The next agent finds them excluded still, until it says otherwise.</param>
    /// <returns>How many found no room, 65,536 being the most: they are observed.</returns>
    public int Exclude(IReadOnlyDictionary<ulong, string> cgroups) => current.Excluded.Set(cgroups, () => Sweep());

    /// <summary>
    /// Ends the epoch and reads all that was counted in it. The rows stay in the kernel until <see cref="Clear"/>; until then the same
    /// epoch is read again, so a failure between the two loses and doubles nothing.
    /// </summary>
    public CaptureDrain Drain()
    {
        Beat();
        if (current.UnclearedEpoch is { } uncleared)
            return current.Read(uncleared);
        var epoch = current.Epoch;
        current.Advance();
        return current.Read(epoch);
    }

    /// <summary>Frees the kernel's memory of a drain that is safe elsewhere. Clearing it again does nothing.</summary>
    /// <exception cref="ArgumentException">The drain is of another set of pins, or the epoch is not over.</exception>
    public void Clear(CaptureDrain drain)
    {
        ArgumentNullException.ThrowIfNull(drain);
        if (replaced.TryGetValue(drain.PinSetId, out var old))
        {
            if (old.Clear(drain.Epoch))
                replaced.Remove(drain.PinSetId);
        }
        else if (drain.PinSetId != PinSetId || drain.Epoch >= current.Epoch)
        {
            throw new ArgumentException($"epoch {drain.Epoch} of {drain.PinSetId} is not a drained epoch of {PinSetId}", nameof(drain));
        }
        else if (drain.Epoch == current.Epoch - 1)
        {
            current.Clear(drain.Epoch);
        }
    }

    /// <summary>Ends capture for good: detaches every program and removes every pin. Drain before; what is not drained is gone.</summary>
    public void Remove()
    {
        folder.Remove();
        Dispose();
    }

    /// <summary>Removes what an agent with these options left behind, whether or not its pins are whole.</summary>
    /// <returns>Whether there was anything.</returns>
    public static bool Remove(CaptureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (!PinFolder.Exists(options))
            return false;
        using var folder = PinFolder.Open(options);
        folder.Remove();
        return true;
    }

    /// <summary>Lets go of the kernel half, which goes on counting.</summary>
    public void Dispose()
    {
        current.Dispose();
        foreach (var set in replaced.Values)
            set.Dispose();
        folder.Dispose();
    }
}
