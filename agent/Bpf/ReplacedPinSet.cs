using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>
/// A set of pins another version left, of the same rows but another layout. Its programs are detached and its sockets swept a last
/// time; what it holds is offered as drains, and with the last of them cleared it is removed.
/// </summary>
internal sealed class ReplacedPinSet : IDisposable
{
    private readonly string path;
    private readonly PinSet pins;

    private ReplacedPinSet(string path, PinSet pins)
    {
        this.path = path;
        this.pins = pins;
    }

    internal Guid Id => pins.Id;

    /// <summary>The drains not cleared yet, oldest first: at most the one a dead agent left and the last.</summary>
    internal IEnumerable<CaptureDrain> Drains
    {
        get
        {
            if (pins.UnclearedEpoch is { } uncleared)
                yield return pins.Read(uncleared);
            if (pins.IsCurrentUncleared)
                yield return pins.Read(pins.Epoch);
        }
    }

    internal bool IsDone => pins.UnclearedEpoch is null && !pins.IsCurrentUncleared;

    internal static ReplacedPinSet Stop(string path, DropReasons dropReasons)
    {
        PinFolder.Detach(path);
        var pins = PinSet.Open(path, dropReasons);
        foreach (var sweep in new[] { PinNames.SlotSweep, PinNames.Sweep }.Select(pins.PinPath).Where(File.Exists))
        {
            BpfLink.Iterate(sweep);
            File.Delete(sweep);
        }
        return new ReplacedPinSet(path, pins);
    }

    /// <summary>Clears a drain. True with the last one: then the set is gone.</summary>
    internal bool Clear(long epoch)
    {
        pins.Clear(epoch);
        if (!IsDone)
            return false;
        Remove();
        return true;
    }

    internal void Remove()
    {
        Dispose();
        PinFolder.RemoveSet(path);
    }

    public void Dispose() => pins.Dispose();
}
