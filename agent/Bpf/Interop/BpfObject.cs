using System.Runtime.InteropServices;

namespace FlowLake.Agent.Bpf.Interop;

/// <summary>A compiled object file on its way into the kernel: opened, adjusted, loaded, attached; then closed, for what is pinned stays.</summary>
internal sealed class BpfObject : IDisposable
{
    private readonly BpfObjectHandle handle;
    private readonly string path;

    private BpfObject(BpfObjectHandle handle, string path)
    {
        this.handle = handle;
        this.path = path;
    }

    internal static BpfObject Open(string path)
    {
        using var log = LibbpfLog.Collect();
        var handle = Libbpf.Object.OpenFile(path, 0);
        return handle.IsInvalid
            ? throw BpfException.Of("open", path, Marshal.GetLastPInvokeError(), log.ToString())
            : new BpfObject(handle, path);
    }

    /// <summary>The object's BTF, which describes every type of its maps.</summary>
    internal unsafe byte[] Btf()
    {
        var bytes = Libbpf.Object.BtfRawData(Libbpf.Object.Btf(handle), out var size);
        return bytes is null ? throw BpfException.Because($"{path} has no BTF", "Compile it with clang -g.") : new ReadOnlySpan<byte>(bytes, checked((int)size)).ToArray();
    }

    internal void SetCapacity(string map, int entries) => OrThrow(Libbpf.Map.SetMaxEntries(Map(map), (uint)entries), "set capacity of", map);

    /// <summary>Where the map is pinned when loaded, or, if it is pinned there already, taken from.</summary>
    internal void SetPin(string map, string pin) => OrThrow(Libbpf.Map.SetPinPath(Map(map), pin), "set pin of", map);

    /// <summary>Leaves a program out.</summary>
    internal void Skip(string program) => OrThrow(Libbpf.Program.SetAutoload(Program(program), false), "skip", program);

    /// <summary>The map's shape in words: what must agree for two objects to share it.</summary>
    internal string Describe(string name)
    {
        var map = Map(name);
        return $"{name}: type {Libbpf.Map.Type(map)}, key {Libbpf.Map.KeySize(map)}, value {Libbpf.Map.ValueSize(map)}, "
            + $"entries {Libbpf.Map.MaxEntries(map)}, flags {Libbpf.Map.Flags(map)}";
    }

    internal void Load()
    {
        using var log = LibbpfLog.Collect();
        var result = Libbpf.Object.Load(handle);
        if (result < 0)
            throw BpfException.Of("load", path, -result, log.ToString());
    }

    internal void AttachToCgroup(string program, string cgroup, string pin)
    {
        using var log = LibbpfLog.Collect();
        using var folder = Linux.OpenFolder(cgroup);
        using var link = Libbpf.Program.AttachCgroup(Program(program), folder);
        OrThrow(link, $"attach {program} to", cgroup, log);
        OrThrow(Libbpf.Link.Pin(link, pin), "pin", pin, log);
    }

    internal unsafe void AttachToMapIterator(string program, string map, string pin)
    {
        using var log = LibbpfLog.Collect();
        var target = new Libbpf.IteratorTarget { MapDescriptor = (uint)Libbpf.Map.Descriptor(Map(map)) };
        var options = new Libbpf.IteratorOptions
        {
            Size = (nuint)sizeof(Libbpf.IteratorOptions),
            Target = &target,
            TargetLength = (uint)sizeof(Libbpf.IteratorTarget),
        };
        using var link = Libbpf.Program.AttachIterator(Program(program), &options);
        OrThrow(link, $"attach {program} to", map, log);
        OrThrow(Libbpf.Link.Pin(link, pin), "pin", pin, log);
    }

    /// <summary>Attaches a program to the tracepoint its section names.</summary>
    internal void AttachToTracepoint(string program, string pin)
    {
        using var log = LibbpfLog.Collect();
        using var link = Libbpf.Program.Attach(Program(program));
        OrThrow(link, "attach", program, log);
        OrThrow(Libbpf.Link.Pin(link, pin), "pin", pin, log);
    }

    /// <summary>
    /// A loaded program, to ask about it later; null where it was left out. Asking by its id instead is what the kernel wants CAP_SYS_ADMIN for.
    /// </summary>
    internal FileDescriptor? OpenProgram(string program)
    {
        var descriptor = Libbpf.Program.Descriptor(Program(program));
        return descriptor < 0 ? null : Linux.Duplicate(descriptor);
    }

    /// <summary>Runs an iterator that needs no target to its end, and leaves nothing of it; says for how many elements it wrote a byte.</summary>
    internal unsafe int Iterate(string program)
    {
        using var log = LibbpfLog.Collect();
        using var link = Libbpf.Program.AttachIterator(Program(program), null);
        OrThrow(link, "attach", program, log);
        return BpfLink.Iterate(Libbpf.Link.Descriptor(link), program);
    }

    /// <summary>Puts this object's program in the place of the one a pinned link runs, without a packet or event between them.</summary>
    internal void Replace(string program, string pin)
    {
        using var log = LibbpfLog.Collect();
        using var link = Libbpf.Link.Open(pin);
        OrThrow(link, "open", pin, log);
        OrThrow(Libbpf.Link.UpdateProgram(link, Program(program)), "replace the program of", pin, log);
    }

    public void Dispose() => handle.Dispose();

    private nint Map(string name) => Found(Libbpf.Object.FindMap(handle, name), "map", name);

    private nint Program(string name) => Found(Libbpf.Object.FindProgram(handle, name), "program", name);

    private nint Found(nint pointer, string kind, string name) =>
        pointer != 0 ? pointer : throw BpfException.Because($"{path} has no {kind} {name}", "It belongs to another version: build again.");

    private static void OrThrow(BpfLinkHandle link, string operation, string subject, LibbpfLog log)
    {
        if (link.IsInvalid)
            throw BpfException.Of(operation, subject, Marshal.GetLastPInvokeError(), log.ToString());
    }

    private static void OrThrow(int result, string operation, string subject, LibbpfLog? log = null)
    {
        if (result < 0)
            throw BpfException.Of(operation, subject, -result, log?.ToString());
    }
}
