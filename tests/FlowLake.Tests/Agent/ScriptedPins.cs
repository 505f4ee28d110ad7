using System.Net;
using FlowLake.Agent;
using FlowLake.Agent.Bpf;

namespace FlowLake.Tests.Agent;

/// <summary>What lives on in the kernel when an agent dies: two generations of flows, and losses that only grow. It counts what it is given.</summary>
internal sealed class ScriptedPins
{
    private PinSet current = new();

    public Guid Id => current.Id;

    /// <summary>All payload ever counted.</summary>
    public long Payload { get; private set; }

    /// <summary>All loopback connections ever counted: a loss that only grows while a set of pins lives.</summary>
    public long Loopback { get; private set; }

    /// <summary>Whether there is a kernel half that counts.</summary>
    public bool IsAttached => current.IsAttached;

    /// <summary>One more flow, and one loss.</summary>
    public void Count(int payload)
    {
        Payload += payload;
        Loopback++;
        current.Loopback++;
        current.Generation(current.Epoch).Add(new FlowEntry(
            new FlowKey { Cgroup = 1, Local = FlowAddress.From(IPAddress.Parse("10.1.0.5")), Remote = FlowAddress.From(IPAddress.Parse("10.2.0.5")), Protocol = 6, ServerPort = 8080, Role = FlowRole.Client },
            new FlowCounters { PayloadOut = payload }));
    }

    /// <summary>A new agent opens them.</summary>
    public IFlowKernel Open(Death death, Action sweep)
    {
        var tookOver = current.IsAttached;
        current.IsAttached = true;
        return new Kernel(this, current, death, sweep, tookOver);
    }

    /// <summary>They are removed. Who has them open can still read what they held.</summary>
    public void Remove() => current = new PinSet();

    private sealed class PinSet
    {
        private readonly List<FlowEntry>[] generations = [[], []];

        public Guid Id { get; } = Guid.NewGuid();

        public bool IsAttached { get; set; }

        public long Epoch { get; set; } = 1;

        public long Cleared { get; set; }

        public long Loopback { get; set; }

        // As with the real one, an epoch that holds nothing is not offered again.
        public long? Uncleared => Epoch > 1 && Cleared < Epoch - 1 && Generation(Epoch - 1).Count > 0 ? Epoch - 1 : null;

        public List<FlowEntry> Generation(long epoch) => generations[epoch & 1];

        public CaptureDrain Read(long epoch) => new() { PinSetId = Id, Epoch = epoch, Flows = [.. Generation(epoch)], Losses = new CaptureLosses { Loopback = Loopback } };
    }

    private sealed class Kernel(ScriptedPins owner, PinSet pins, Death death, Action sweep, bool tookOver) : IFlowKernel
    {
        public bool TookOver => tookOver;

        public int Adopted => 0;

        public IReadOnlyList<UnavailableProgram> Unavailable => [];

        public IReadOnlyList<CaptureDrain> PendingDrains => pins.Uncleared is { } epoch ? [pins.Read(epoch)] : [];

        // As on a kernel without the tracepoint.
        public bool SeesCgroups => false;

        public IReadOnlyList<MadeCgroup> ReadCgroups() => [];

        public int Exclude(IReadOnlyDictionary<ulong, string> cgroups) => 0;

        public void Beat()
        {
        }

        public int Sweep()
        {
            sweep();
            death.Step("swept");
            return 1;
        }

        public CaptureDrain Drain()
        {
            if (pins.Uncleared is { } uncleared)
                return pins.Read(uncleared);
            pins.Generation(pins.Epoch + 1).Clear();
            pins.Epoch++;
            death.Step("drained");
            return pins.Read(pins.Epoch - 1);
        }

        public void Clear(CaptureDrain drain)
        {
            if (drain.PinSetId != pins.Id || drain.Epoch != pins.Epoch - 1)
                throw new ArgumentException($"epoch {drain.Epoch} is not the drained one");
            death.Step("to clear");
            pins.Cleared = drain.Epoch;
            pins.Generation(drain.Epoch).Clear();
            death.Step("cleared");
        }

        public void Remove()
        {
            death.Step("to remove");
            owner.Remove();
        }

        public void Dispose()
        {
        }
    }
}
