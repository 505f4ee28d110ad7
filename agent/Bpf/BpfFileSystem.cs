using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>The BPF file system, in which programs and maps outlive their process.</summary>
public static class BpfFileSystem
{
    public static bool IsMounted(string path) => Linux.FileSystemTypeOf(path) == Linux.BpfFileSystemType;

    /// <summary>Mounts one at a folder, made if need be. Does nothing where one is mounted.</summary>
    /// <exception cref="BpfException">Not root.</exception>
    public static void Mount(string path)
    {
        if (IsMounted(path))
            return;
        System.IO.Directory.CreateDirectory(path);
        Linux.Mount("bpf", path, "bpf");
    }

    /// <summary>Unmounts it, and with it everything pinned there, unless another mount of the same file system exists.</summary>
    public static void Unmount(string path) => Linux.Unmount(path);
}
