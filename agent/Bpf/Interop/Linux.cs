using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FlowLake.Agent.Bpf.Interop;

/// <summary>The few calls of the C library .NET has no door for.</summary>
internal static partial class Linux
{
    private const string Library = "libc";
    private const int OpenDirectoryFlags = 0x80000; // O_RDONLY | O_CLOEXEC; O_DIRECTORY differs between processors, and is not needed.
    private const int LockExclusive = 2; // LOCK_EX
    private const int LockNow = 4; // LOCK_NB
    private const int CurrentFolder = -100; // AT_FDCWD
    private const uint WantInode = 0x100; // STATX_INO

    internal const int NoSuchFile = 2;
    internal const int TooBig = 7;
    internal const int TryAgain = 11;
    internal const int NoMemory = 12;
    internal const int NoSpace = 28;
    internal const int InvalidArgument = 22;
    internal const int NotSupported = 524; // ENOTSUPP, the kernel's own, not EOPNOTSUPP
    internal const int OperationNotSupported = 95;

    internal const long BpfFileSystemType = 0xcafe4a11;
    internal const long CgroupFileSystemType = 0x63677270;

    /// <summary>Opens a folder, to attach to or to lock.</summary>
    internal static FileDescriptor OpenFolder(string path)
    {
        var descriptor = Open(path, OpenDirectoryFlags);
        return descriptor < 0 ? throw BpfException.Of("open", path, Marshal.GetLastPInvokeError()) : new FileDescriptor(descriptor);
    }

    /// <summary>Another descriptor of what a borrowed one is open on.</summary>
    internal static FileDescriptor Duplicate(int descriptor)
    {
        const int duplicateAbove = 1030; // F_DUPFD_CLOEXEC
        var copy = Control(descriptor, duplicateAbove, 3);
        return copy < 0 ? throw BpfException.Of("duplicate", "a descriptor", Marshal.GetLastPInvokeError()) : new FileDescriptor(copy);
    }

    /// <summary>Locks an open folder until it is closed; false where another process holds it.</summary>
    internal static bool TryLock(FileDescriptor folder) => Lock(folder, LockExclusive | LockNow) == 0;

    /// <summary>Opens a folder and locks it, as soon as no other process holds it, until it is closed.</summary>
    internal static FileDescriptor LockFolder(string path)
    {
        var folder = OpenFolder(path);
        if (Lock(folder, LockExclusive) == 0)
            return folder;
        var error = Marshal.GetLastPInvokeError();
        folder.Dispose();
        throw BpfException.Of("lock", path, error);
    }

    /// <summary>Inode number, or null where there is no such file.</summary>
    internal static unsafe ulong? InodeOf(string path)
    {
        var status = default(FileStatus);
        return Status(CurrentFolder, path, 0, WantInode, &status) == 0 ? status.Inode : null;
    }

    /// <summary>Magic number of the file system a path lies in, or null where there is no such path.</summary>
    internal static unsafe long? FileSystemTypeOf(string path)
    {
        // struct statfs differs between processors but for its first word, which is the type.
        var buffer = stackalloc long[64];
        return FileSystemStatus(path, buffer) == 0 ? buffer[0] & 0xffffffff : null;
    }

    internal static void Mount(string source, string path, string type)
    {
        if (Mount(source, path, type, 0, 0) != 0)
            throw BpfException.Of("mount", path, Marshal.GetLastPInvokeError());
    }

    internal static void Unmount(string path)
    {
        if (Unmount(path, 0) != 0)
            throw BpfException.Of("umount", path, Marshal.GetLastPInvokeError());
    }

    /// <summary>Reads into the buffer; 0 at the end.</summary>
    internal static unsafe int Read(FileDescriptor descriptor, Span<byte> buffer)
    {
        fixed (byte* start = buffer)
        {
            var read = Read(descriptor, start, (nuint)buffer.Length);
            return read >= 0 ? (int)read : -Marshal.GetLastPInvokeError();
        }
    }

    [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Open(string path, int flags);

    [LibraryImport(Library, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int descriptor, int command, int argument);

    [LibraryImport(Library, EntryPoint = "close")]
    internal static partial int Close(nint descriptor);

    [LibraryImport(Library, EntryPoint = "read", SetLastError = true)]
    private static unsafe partial nint Read(FileDescriptor descriptor, byte* buffer, nuint length);

    [LibraryImport(Library, EntryPoint = "flock", SetLastError = true)]
    private static partial int Lock(FileDescriptor descriptor, int operation);

    [LibraryImport(Library, EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int Status(int folder, string path, int flags, uint mask, FileStatus* status);

    [LibraryImport(Library, EntryPoint = "statfs", StringMarshalling = StringMarshalling.Utf8)]
    private static unsafe partial int FileSystemStatus(string path, long* buffer);

    [LibraryImport(Library, EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Mount(string source, string target, string type, ulong flags, nint data);

    [LibraryImport(Library, EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Unmount(string target, int flags);

    /// <summary>Writes the text of a C format with its va_list, which both Linux calling conventions pass by address.</summary>
    [LibraryImport(Library, EntryPoint = "vsnprintf")]
    internal static unsafe partial int Format(byte* buffer, nuint length, byte* format, nint arguments);

    /// <summary>struct statx, the same on every processor.</summary>
    [StructLayout(LayoutKind.Explicit, Size = 256)]
    private struct FileStatus
    {
        [FieldOffset(32)]
        internal ulong Inode;
    }
}

/// <summary>A file descriptor of ours.</summary>
internal sealed class FileDescriptor : SafeHandleMinusOneIsInvalid
{
    internal FileDescriptor(int descriptor)
        : base(ownsHandle: true) => SetHandle(descriptor);

    protected override bool ReleaseHandle() => Linux.Close(handle) == 0;
}
