using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

public sealed partial class FlowCapture
{
    /// <summary>Loads and attaches the kernel half, or takes over the one an earlier agent left under the same pin name.</summary>
    /// <param name="options">What to capture.</param>
    /// <param name="time">Must run on CLOCK_MONOTONIC in nanoseconds, as the system's does: the kernel compares with it. Default: the system's.</param>
    /// <exception cref="BpfException">The kernel, or this machine's set-up, does not allow it; the message says what to do.</exception>
    public static FlowCapture Open(CaptureOptions options, TimeProvider? time = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        KernelRequirements.ThrowUnlessMet(options);

        var folder = PinFolder.Open(options);
        try
        {
            using var bpfObject = BpfObject.Open(options.ObjectPath);
            bpfObject.SetCapacity(PinNames.FlowsEven, options.FlowCapacity);
            bpfObject.SetCapacity(PinNames.FlowsOdd, options.FlowCapacity);
            return Start(options, time ?? TimeProvider.System, folder, bpfObject, PinLayout.Of(bpfObject));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static FlowCapture Start(CaptureOptions options, TimeProvider time, PinFolder folder, BpfObject bpfObject, PinLayout layout)
    {
        var path = folder.SetFolder(layout);
        foreach (var map in PinNames.Maps)
            bpfObject.SetPin(map, Path.Combine(path, map));
        foreach (var program in PinNames.CgroupPrograms)
            if (!IsWanted(program, options))
                bpfObject.Skip(program);
        var tracepoints = PinNames.Tracepoints.Where(pair => KernelTypes.HasTracepoint(pair.Value)).Select(pair => pair.Key).ToArray();
        foreach (var program in PinNames.Tracepoints.Select(pair => pair.Key).Except(tracepoints))
            bpfObject.Skip(program);
        bpfObject.Load();

        // An old layout's programs stop before ours start: for a moment nothing is counted, but nothing is counted twice.
        var discarded = DiscardUnreadable(folder, path, layout);
        var replaced = StopOthers(folder, path);
        var current = PinSet.Open(path);
        current.Beat(time.GetTimestamp(), options.Silence);
        Attach(options, bpfObject, current);
        foreach (var program in tracepoints)
            bpfObject.AttachToTracepoint(program, current.PinPath(program));
        current.Programs = [.. PinNames.Programs.Select(bpfObject.OpenProgram).OfType<FileDescriptor>()];
        return new FlowCapture(options, time, folder, current, replaced)
        {
            TookOver = !current.IsNew,
            DiscardedPinSets = discarded,
            SeesCgroups = tracepoints.Contains(PinNames.CgroupMade),
        };
    }

    private static int DiscardUnreadable(PinFolder folder, string current, PinLayout layout)
    {
        var discarded = 0;
        foreach (var path in folder.Sets.Where(path => path != current).ToArray())
        {
            var isWhole = PinNames.Maps.All(map => File.Exists(Path.Combine(path, map)));
            if (isWhole && layout.SharesRowsWith(path))
                continue;
            PinFolder.RemoveSet(path);
            discarded += isWhole ? 1 : 0; // What is not whole was never attached and counted nothing.
        }
        return discarded;
    }

    private static Dictionary<Guid, ReplacedPinSet> StopOthers(PinFolder folder, string current)
    {
        var stopped = new Dictionary<Guid, ReplacedPinSet>();
        foreach (var path in folder.Sets.Where(path => path != current).ToArray())
        {
            var set = ReplacedPinSet.Stop(path);
            if (set.IsDone)
                set.Remove();
            else
                stopped.Add(set.Id, set);
        }
        return stopped;
    }

    /// <summary>Puts every wanted program to work on the root, and no other.</summary>
    private static void Attach(CaptureOptions options, BpfObject bpfObject, PinSet pins)
    {
        var root = CgroupFileSystem.IdOf(options.CgroupRoot);
        foreach (var program in PinNames.CgroupPrograms)
        {
            var pin = pins.PinPath(program);
            var attached = File.Exists(pin);
            if (attached && IsWanted(program, options) && BpfLink.CgroupOf(pin) == root)
            {
                bpfObject.Replace(program, pin);
                continue;
            }
            // A link to another cgroup, or to one that is gone, or no longer wanted.
            if (attached)
                BpfLink.Remove(pin);
            if (IsWanted(program, options))
                bpfObject.AttachToCgroup(program, options.CgroupRoot, pin);
        }

        var sweep = pins.PinPath(PinNames.Sweep);
        File.Delete(sweep);
        bpfObject.AttachToMapIterator(PinNames.Sweep, PinNames.Sockets, sweep);
    }

    private static bool IsWanted(string program, CaptureOptions options) => program == PinNames.TcpEvents || options.Udp;
}
