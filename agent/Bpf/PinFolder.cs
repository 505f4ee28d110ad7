using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>The folder of one agent's pins, <c>{bpffs}/flowlake/{pin name}</c>, with one folder in it for each layout.</summary>
/// <remarks>Agents share what is above it, so they make and remove folders one after the other: whoever does so holds the lock of the file system's root.</remarks>
internal sealed class PinFolder : IDisposable
{
    private const string Root = "flowlake";

    private readonly string fileSystem;
    private readonly FileDescriptor held;

    private PinFolder(string path, string fileSystem, FileDescriptor held)
    {
        Path = path;
        this.fileSystem = fileSystem;
        this.held = held;
    }

    internal string Path { get; }

    internal IEnumerable<string> Sets => System.IO.Directory.EnumerateDirectories(Path).Order(StringComparer.Ordinal);

    /// <summary>Opens the folder, made if need be, and holds it until disposed: two agents on the same pins would count each other's epochs.</summary>
    internal static PinFolder Open(CaptureOptions options)
    {
        var path = PathOf(options);
        using var alone = Linux.LockFolder(options.BpfFileSystem);
        System.IO.Directory.CreateDirectory(path);
        var descriptor = Linux.OpenFolder(path);
        if (Linux.TryLock(descriptor))
            return new PinFolder(path, options.BpfFileSystem, descriptor);
        descriptor.Dispose();
        throw BpfException.Because($"another agent uses the pins {path}", "Stop it, or give this one another pin name.");
    }

    internal static bool Exists(CaptureOptions options) => System.IO.Directory.Exists(PathOf(options));

    internal string SetFolder(PinLayout layout)
    {
        var folder = System.IO.Path.Combine(Path, layout.FolderName);
        System.IO.Directory.CreateDirectory(folder);
        return folder;
    }

    /// <summary>Detaches a set's programs, so that it counts no more; its maps stay readable.</summary>
    internal static void Detach(string set)
    {
        foreach (var pin in PinNames.CgroupPrograms.Select(PinNames.Link).Select(name => System.IO.Path.Combine(set, name)).Where(File.Exists))
            BpfLink.Remove(pin);
        foreach (var program in PinNames.TracingPrograms)
            File.Delete(System.IO.Path.Combine(set, PinNames.Link(program.Name)));
    }

    internal static void RemoveSet(string set)
    {
        Detach(set);
        foreach (var pin in System.IO.Directory.EnumerateFiles(set))
            File.Delete(pin);
        System.IO.Directory.Delete(set);
    }

    /// <summary>Removes every set, then the folder, then the root folder if it was the last in it.</summary>
    internal void Remove()
    {
        foreach (var set in Sets.ToArray())
            RemoveSet(set);
        using var alone = Linux.LockFolder(fileSystem);
        System.IO.Directory.Delete(Path);
        var root = System.IO.Path.GetDirectoryName(Path)!;
        if (!System.IO.Directory.EnumerateFileSystemEntries(root).Any())
            System.IO.Directory.Delete(root);
    }

    public void Dispose() => held.Dispose();

    private static string PathOf(CaptureOptions options) => System.IO.Path.Combine(options.BpfFileSystem, Root, options.PinName);
}
