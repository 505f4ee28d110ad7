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
        return OpenOn(KernelTypes.Read(), options, time ?? TimeProvider.System);
    }

    internal static FlowCapture OpenOn(KernelTypes kernel, CaptureOptions options, TimeProvider time)
    {
        var folder = PinFolder.Open(options);
        try
        {
            using var programs = LoadedPrograms.Load(options, folder, kernel);
            return Start(options, time, folder, programs, kernel.DropReasons);
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static FlowCapture Start(CaptureOptions options, TimeProvider time, PinFolder folder, LoadedPrograms programs, DropReasons dropReasons)
    {
        // An old layout's programs stop before ours start: for a moment nothing is counted, but nothing is counted twice.
        var discarded = DiscardUnreadable(folder, programs.Path, programs.Layout);
        var replaced = StopOthers(folder, programs.Path, dropReasons);
        var current = PinSet.Open(programs.Path, dropReasons);
        current.Beat(time.GetTimestamp(), options);
        Attach(options, programs, current);
        current.Programs = Opened([.. PinNames.CgroupPrograms, PinNames.Sweep, PinNames.SlotSweep, PinNames.DnsSweep]);
        current.TracingPrograms = Opened(PinNames.TracingPrograms.Select(program => program.Name));
        return new FlowCapture(options, time, folder, current, replaced)
        {
            TookOver = !current.IsNew,
            DiscardedPinSets = discarded,
            SeesCgroups = programs.Has(PinNames.CgroupMade),
            Adopted = Adopt(programs.Object, current),
            Unavailable = programs.Unavailable,
        };

        FileDescriptor[] Opened(IEnumerable<string> names) => [.. names.Select(programs.Object.OpenProgram).OfType<FileDescriptor>()];
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

    private static Dictionary<Guid, ReplacedPinSet> StopOthers(PinFolder folder, string current, DropReasons dropReasons)
    {
        var stopped = new Dictionary<Guid, ReplacedPinSet>();
        foreach (var path in folder.Sets.Where(path => path != current).ToArray())
        {
            var set = ReplacedPinSet.Stop(path, dropReasons);
            if (set.IsDone)
                set.Remove();
            else
                stopped.Add(set.Id, set);
        }
        return stopped;
    }

    /// <summary>Puts every wanted program to work on the root, and no other.</summary>
    private static void Attach(CaptureOptions options, LoadedPrograms programs, PinSet pins)
    {
        var bpfObject = programs.Object;
        var root = CgroupFileSystem.IdOf(options.CgroupRoot);
        pins.SetRoot(root);
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

        AttachSweep(bpfObject, pins, PinNames.Sweep, PinNames.Sockets);
        AttachSweep(bpfObject, pins, PinNames.SlotSweep, PinNames.SlotGroups);
        if (options.FollowsDns)
            AttachSweep(bpfObject, pins, PinNames.DnsSweep, PinNames.DnsWaiting);
        AttachTracing(programs, pins);
    }

    private static void AttachSweep(BpfObject bpfObject, PinSet pins, string program, string map)
    {
        var pin = pins.PinPath(program);
        File.Delete(pin);
        bpfObject.AttachToMapIterator(program, map, pin);
    }

    /// <summary>A tracepoint's link takes no other program: for a moment there may be none, or both. Of the two that see adopted connections end one is always there.</summary>
    private static void AttachTracing(LoadedPrograms programs, PinSet pins)
    {
        foreach (var (program, _, _) in PinNames.TracingPrograms)
        {
            File.Delete(pins.PinPath(program));
            if (programs.Has(program))
                programs.Object.AttachToTracepoint(program, pins.PinPath(program));
        }
    }

    /// <summary>Once in the life of a set of pins, after everything is attached: what is established from then on is tagged as it happens.</summary>
    private static int Adopt(BpfObject bpfObject, PinSet pins)
    {
        if (pins.HasAdopted)
            return 0;
        bpfObject.Iterate(PinNames.FindListeners);
        var adopted = bpfObject.Iterate(PinNames.Adopt);
        pins.MarkAdopted();
        return adopted;
    }

    internal static bool IsWanted(string program, CaptureOptions options) => program == PinNames.TcpEvents || options.Udp;
}
