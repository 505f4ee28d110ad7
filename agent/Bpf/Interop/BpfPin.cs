namespace FlowLake.Agent.Bpf.Interop;

/// <summary>Something pinned in the BPF file system, opened.</summary>
internal static class BpfPin
{
    internal static FileDescriptor Open(string path)
    {
        var descriptor = Libbpf.Kernel.OpenPin(path);
        return descriptor < 0 ? throw BpfException.Of("open", path, -descriptor) : new FileDescriptor(descriptor);
    }

    internal static T Info<T>(FileDescriptor descriptor)
        where T : unmanaged => Info<T>((int)descriptor.DangerousGetHandle());

    internal static unsafe T Info<T>(int descriptor)
        where T : unmanaged
    {
        var info = default(T);
        var length = (uint)sizeof(T);
        var result = Libbpf.Kernel.Info(descriptor, &info, ref length);
        return result < 0 ? throw BpfException.Of("ask about", typeof(T).Name, -result) : info;
    }
}
