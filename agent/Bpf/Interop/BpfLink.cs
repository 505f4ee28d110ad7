namespace FlowLake.Agent.Bpf.Interop;

/// <summary>Questions to, and the end of, a pinned link.</summary>
internal static class BpfLink
{
    private const int ProgramsMost = 64; // The kernel's own bound (BPF_CGROUP_MAX_PROGS).
    private const int ReadBytes = 1024; // One byte a socket: so many are visited before the kernel lets others run, well under a millisecond.

    /// <summary>Id of the cgroup the link is attached to; 0 once that cgroup is gone.</summary>
    internal static ulong CgroupOf(string pin)
    {
        using var link = BpfPin.Open(pin);
        return BpfPin.Info<Libbpf.LinkInfo>(link).Cgroup;
    }

    /// <summary>Id of the program the link runs.</summary>
    internal static uint ProgramOf(string pin)
    {
        using var link = BpfPin.Open(pin);
        return BpfPin.Info<Libbpf.LinkInfo>(link).ProgramId;
    }

    /// <summary>Whether a program of that id lives; asking needs CAP_SYS_ADMIN.</summary>
    internal static bool ProgramExists(uint id)
    {
        var descriptor = Libbpf.Kernel.OpenProgram(id);
        if (descriptor < 0)
            return false;
        new FileDescriptor(descriptor).Dispose();
        return true;
    }

    /// <summary>A program's name; null where it is gone, or asking is not allowed: that needs CAP_SYS_ADMIN.</summary>
    internal static unsafe string? NameOf(uint id)
    {
        var descriptor = Libbpf.Kernel.OpenProgram(id);
        if (descriptor < 0)
            return null;
        using var program = new FileDescriptor(descriptor);
        var info = BpfPin.Info<Libbpf.ProgramInfo>(program);
        return System.Text.Encoding.UTF8.GetString(new ReadOnlySpan<byte>(info.Name, Libbpf.ProgramInfo.NameBytes).TrimEnd((byte)0));
    }

    /// <summary>The programs of a type that are attached to a cgroup itself, and the flags they were attached with.</summary>
    internal static unsafe (uint Flags, uint[] Programs) ProgramsAt(string cgroup, uint type)
    {
        using var folder = Linux.OpenFolder(cgroup);
        var programs = new uint[ProgramsMost];
        uint flags = 0;
        var count = (uint)programs.Length;
        int result;
        fixed (uint* start = programs)
            result = Libbpf.Kernel.ProgramsAt(folder, type, 0, &flags, start, &count);
        return result < 0 ? throw BpfException.Of("ask for the programs of", cgroup, -result) : (flags, programs[..(int)count]);
    }

    /// <summary>Runs of a program the kernel skipped because it was already running on that processor.</summary>
    internal static long RecursionMissesOf(FileDescriptor program) => checked((long)BpfPin.Info<Libbpf.ProgramInfo>(program).RecursionMisses);

    /// <summary>Runs a pinned iterator to its end and says for how many elements it wrote a byte.</summary>
    internal static int Iterate(string pin)
    {
        using var link = BpfPin.Open(pin);
        return Iterate((int)link.DangerousGetHandle(), pin);
    }

    /// <summary>Likewise by the link's descriptor.</summary>
    internal static int Iterate(int link, string name)
    {
        var descriptor = Libbpf.Kernel.StartIterator(link);
        if (descriptor < 0)
            throw BpfException.Of("start", name, -descriptor);
        using var iterator = new FileDescriptor(descriptor);
        Span<byte> buffer = stackalloc byte[ReadBytes];
        var visited = 0;
        while (true)
        {
            var read = Linux.Read(iterator, buffer);
            if (read == 0)
                return visited;
            if (read > 0)
                visited += read;
            else if (read != -Linux.TryAgain)
                throw BpfException.Of("read", name, -read);
        }
    }

    /// <summary>Detaches now; removing the pin alone would do it some time later. Iterators have nothing to detach from.</summary>
    internal static void Remove(string pin)
    {
        using (var link = BpfPin.Open(pin))
            Libbpf.Kernel.Detach(link);
        File.Delete(pin);
    }
}
