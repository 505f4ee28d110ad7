using System.Buffers.Binary;
using System.ComponentModel;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FlowLake.Lake.Objects;

/// <summary>The few calls of POSIX.1-2017 that .NET does not offer: links, durable folders, named pipes, and answers that tell why.</summary>
internal static partial class Posix
{
    private const string Library = "libc";
    private const int ReadOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC, the same on every architecture of Linux.
    private const uint AnyoneAsFarAsTheMaskAllows = 0x1FF; // 0777
    private const int FromWorkingFolder = -100; // AT_FDCWD
    private const int DoNotFollow = 0x100; // AT_SYMLINK_NOFOLLOW
    private const uint StatusOfLinks = 0x4; // STATX_NLINK
    private const int StatusBytes = 256; // struct statx, the same on every architecture of Linux; stx_nlink stands 16 bytes from its start.
    private const int LinksAt = 16;
    private const uint OwnerOnly = 0x180; // 0600

    /// <summary>Gives the file a second name, failing with <see cref="Error.Exists"/> where the name is taken: at most one of many callers succeeds.</summary>
    public static Error Link(string existing, string name) => Result(Native.Link(existing, name));

    /// <summary>Moves the file over whatever file has that name, in one step.</summary>
    public static Error Rename(string existing, string name) => Result(Native.Rename(existing, name));

    /// <summary>Removes the folder if it is empty.</summary>
    public static Error RemoveFolder(string path) => Result(Native.RemoveFolder(path));

    /// <summary>Makes the folder's entries durable: names made in it, or taken from it, before this call.</summary>
    public static Error FlushFolder(string path)
    {
        using SafeFileHandle folder = Native.Open(path, ReadOnlyCloseOnExec);
        return folder.IsInvalid ? Result(-1) : Result(Native.Flush(folder));
    }

    /// <summary>Makes the folder and those above it, each durable: otherwise a power cut could take a durable file's folder away.</summary>
    /// <remarks>A folder that another process made a moment ago becomes durable at the latest with its first entry: journals keep the order.</remarks>
    public static Error MakeFolder(string path)
    {
        if (Directory.Exists(path) || Path.GetDirectoryName(path) is not { } above)
            return Error.None;
        Error error = MakeFolder(above);
        if (error == Error.None)
            error = Result(Native.MakeFolder(path, AnyoneAsFarAsTheMaskAllows));
        if (error == Error.None)
            return FlushFolder(above);
        return error == Error.Exists ? Error.None : error;
    }

    /// <summary>Makes a named pipe that only this user may open.</summary>
    public static Error MakePipe(string path) => Result(Native.MakePipe(path, OwnerOnly));

    /// <summary>How many names the file has; 0 where there is none.</summary>
    public static uint LinkCount(string path)
    {
        Span<byte> status = stackalloc byte[StatusBytes];
        return Native.Status(FromWorkingFolder, path, DoNotFollow, StatusOfLinks, status) == 0 ? BinaryPrimitives.ReadUInt32LittleEndian(status[LinksAt..]) : 0;
    }

    public static string Describe(Error error) => $"{new Win32Exception((int)error).Message} (errno {(int)error})";

    private static Error Result(int returned) => returned == 0 ? Error.None : (Error)Marshal.GetLastPInvokeError();

    /// <summary>errno, as Linux numbers it.</summary>
    public enum Error
    {
        None = 0,
        NotPermitted = 1,
        NotFound = 2,
        Exists = 17,
        OtherFileSystem = 18,
        NotAFolder = 20,
        IsAFolder = 21,
    }

    // Source: https://pubs.opengroup.org/onlinepubs/9699919799/functions/contents.html
    private static partial class Native
    {
        [LibraryImport(Library, EntryPoint = "link", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Link(string existing, string name);

        [LibraryImport(Library, EntryPoint = "rename", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Rename(string existing, string name);

        [LibraryImport(Library, EntryPoint = "mkdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int MakeFolder(string path, uint mode);

        [LibraryImport(Library, EntryPoint = "mkfifo", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int MakePipe(string path, uint mode);

        [LibraryImport(Library, EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int RemoveFolder(string path);

        [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial SafeFileHandle Open(string path, int flags);

        // Linux alone has it: https://man7.org/linux/man-pages/man2/statx.2.html
        [LibraryImport(Library, EntryPoint = "statx", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Status(int folder, string path, int flags, uint mask, Span<byte> status);

        [LibraryImport(Library, EntryPoint = "fsync", SetLastError = true)]
        internal static partial int Flush(SafeFileHandle file);
    }
}
