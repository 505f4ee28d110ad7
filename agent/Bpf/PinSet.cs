using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>
/// One set of pins, whose maps all programs of one agent share. It has:
/// 1. an identity, made with it and kept until it is removed;
/// 2. two generations of maps; the lowest bit of the epoch's number says which one is counted into;
/// 3. at most one epoch that is drained and not cleared: the one before the current.
/// The epoch's number is written before the maps are swapped, and the swap is made again when the set is opened, so a death
/// between the two leaves nothing undone.
/// </summary>
internal sealed class PinSet : IDisposable
{
    private const uint EntrySlot = 0;
    private const uint ReserveSlot = 1;

    private readonly string folder;
    private readonly DropReasons dropReasons;
    private readonly Generation even;
    private readonly Generation odd;
    private readonly BpfMap<uint, uint> active;
    private readonly BpfMap<uint, uint> dnsActive;
    private readonly BpfMap<uint, PinnedLosses> losses;
    private readonly BpfMap<uint, PinnedControl> control;
    private readonly BpfRingBuffer cgroupsMade;

    // Control is read, changed and written as one: a sign of life from another thread must not take an epoch's number back.
    private readonly Lock changing = new();

    private PinSet(string folder, DropReasons dropReasons)
    {
        this.folder = folder;
        this.dropReasons = dropReasons;
        even = OpenGeneration(PinNames.FlowsEven, PinNames.ReserveEven, PinNames.DropsEven, PinNames.DnsEven, PinNames.DnsReserveEven);
        odd = OpenGeneration(PinNames.FlowsOdd, PinNames.ReserveOdd, PinNames.DropsOdd, PinNames.DnsOdd, PinNames.DnsReserveOdd);
        active = OpenMap<uint, uint>(PinNames.Active);
        dnsActive = OpenMap<uint, uint>(PinNames.DnsActive);
        losses = OpenMap<uint, PinnedLosses>(PinNames.Losses);
        control = OpenMap<uint, PinnedControl>(PinNames.Control);
        Excluded = new ExcludedCgroups(
            OpenMap<ulong, uint>(PinNames.Excluded),
            OpenMap<uint, PinnedNamespace>(PinNames.Namespaces),
            isAny => Change(values => values with { Excluding = isAny ? 1 : 0 }));
        cgroupsMade = BpfRingBuffer.Open(Path.Combine(folder, PinNames.CgroupsMade));
    }

    internal ExcludedCgroups Excluded { get; }

    /// <summary>This agent's programs, whose skipped runs are a loss. None in a set it only drains.</summary>
    internal IReadOnlyList<FileDescriptor> Programs { get; set; } = [];

    /// <summary>Likewise those on tracepoints.</summary>
    internal IReadOnlyList<FileDescriptor> TracingPrograms { get; set; } = [];

    internal Guid Id => Control.Id;

    /// <summary>Whether the set was made now rather than found.</summary>
    internal bool IsNew { get; private set; }

    internal long Epoch => Control.Epoch;

    /// <summary>Whether connections that were open before the set was made are counted too.</summary>
    internal bool HasAdopted => Control.Adopted != 0;

    /// <summary>The epoch before the current, if it holds rows that nobody cleared.</summary>
    internal long? UnclearedEpoch
    {
        get
        {
            var values = Control;
            var drained = values.Epoch - 1;
            return drained >= 1 && values.Cleared < drained && !Of(drained).IsEmpty ? drained : null;
        }
    }

    /// <summary>Whether the epoch being counted, or last counted, holds rows.</summary>
    internal bool IsCurrentUncleared => !Of(Epoch).IsEmpty;

    private PinnedControl Control => control.Find(0) ?? throw BpfException.Because($"{folder}/{PinNames.Control} has no value");

    /// <summary>Opens the set in a folder, gives it an identity if it is new, and finishes what a dead agent left half done.</summary>
    internal static PinSet Open(string folder, DropReasons dropReasons)
    {
        var set = new PinSet(folder, dropReasons);
        var values = set.Control;
        set.IsNew = values.Epoch == 0;
        if (set.IsNew)
            set.Change(found => found with { Id = Guid.NewGuid(), Epoch = 1 });
        else if (values.Epoch > 1 && values.Cleared >= values.Epoch - 1)
            set.Of(values.Epoch - 1).Clear();
        if (values.Epoch > 0 && values.Cleared >= values.Epoch)
            set.Of(values.Epoch).Clear(); // Only a replaced set's last epoch is cleared without another after it.
        set.Activate();
        return set;
    }

    internal void Beat(long nanoseconds, CaptureOptions options) => Change(values => values with
    {
        HeartbeatNanoseconds = nanoseconds,
        SilenceNanoseconds = (long)options.Silence.TotalNanoseconds,
        Dns = options.FollowsDns ? 1 : 0,
    });

    /// <summary>Tells programs that see the whole machine which sockets are theirs.</summary>
    internal void SetRoot(ulong cgroup) => Change(values => values with { Root = cgroup });

    internal void MarkAdopted() => Change(values => values with { Adopted = 1 });

    /// <summary>Starts the next epoch. Afterwards no program touches the maps of the one before.</summary>
    internal void Advance()
    {
        var epoch = Epoch;
        if (!Of(epoch + 1).IsEmpty)
            throw new InvalidOperationException($"epoch {epoch - 1} of {folder} is not cleared");
        Change(values => values with { Epoch = values.Epoch + 1 });
        Activate();
    }

    internal CaptureDrain Read(long epoch) => new()
    {
        PinSetId = Id,
        Epoch = epoch,
        Flows = Of(epoch).ReadFlows(),
        Drops = Of(epoch).ReadDrops(dropReasons),
        Dns = Of(epoch).ReadDns(),
        Losses = ReadLosses(),
    };

    /// <summary>Empties an epoch's maps. Marked before: a death in between is finished when the set is opened next.</summary>
    internal void Clear(long epoch)
    {
        Change(values => values with { Cleared = epoch });
        Of(epoch).Clear();
    }

    internal CaptureLosses ReadLosses()
    {
        return losses.Find(0)!.Value.ToLosses(Programs.Sum(BpfLink.RecursionMissesOf), TracingPrograms.Sum(BpfLink.RecursionMissesOf), Excluded.Read());
    }

    /// <summary>Adds what every tagged socket moved since it was last counted.</summary>
    /// <returns>Sockets visited.</returns>
    internal int SweepSockets() => BpfLink.Iterate(PinPath(PinNames.SlotSweep)) + BpfLink.Iterate(PinPath(PinNames.Sweep));

    internal IEnumerable<MadeCgroup> ReadCgroups() => cgroupsMade.Read().Select(sample => MadeCgroup.Read(sample));

    internal string PinPath(string program) => Path.Combine(folder, PinNames.Link(program));

    public void Dispose()
    {
        even.Dispose();
        odd.Dispose();
        active.Dispose();
        dnsActive.Dispose();
        losses.Dispose();
        control.Dispose();
        Excluded.Dispose();
        cgroupsMade.Dispose();
        foreach (var program in Programs.Concat(TracingPrograms))
            program.Dispose();
    }

    private void Activate()
    {
        var generation = Of(Epoch);
        Activate(active, EntrySlot, generation.Flows);
        Activate(active, ReserveSlot, generation.Reserve);
        Activate(dnsActive, EntrySlot, generation.Dns);
        Activate(dnsActive, ReserveSlot, generation.DnsReserve);
    }

    private static void Activate<TKey, TValue>(BpfMap<uint, uint> active, uint slot, BpfMap<TKey, TValue> map)
        where TKey : unmanaged
        where TValue : unmanaged
    {
        // The update waits until every running program has left the map that was there: 7 to 16 ms, so not without need.
        if (active.Find(slot) != map.Id)
            active.Set(slot, map.AsValue);
    }

    private void Change(Func<PinnedControl, PinnedControl> change)
    {
        lock (changing)
            control.Set(0, change(Control));
    }

    private Generation Of(long epoch) => (epoch & 1) == 0 ? even : odd;

    private Generation OpenGeneration(string flows, string reserve, string drops, string dns, string dnsReserve) => new(
        OpenMap<FlowKey, FlowCounters>(flows),
        OpenMap<FlowKey, FlowCounters>(reserve),
        OpenMap<PinnedDropKey, PinnedDrop>(drops),
        OpenMap<PinnedDnsKey, PinnedDnsCounters>(dns),
        OpenMap<PinnedDnsKey, PinnedDnsCounters>(dnsReserve));

    private BpfMap<TKey, TValue> OpenMap<TKey, TValue>(string name)
        where TKey : unmanaged
        where TValue : unmanaged => BpfMap<TKey, TValue>.Open(Path.Combine(folder, name));
}
