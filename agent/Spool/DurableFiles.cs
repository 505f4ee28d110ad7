using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FlowLake.Agent.Spool;

/// <summary>Files that are there whole after a crash or a power cut, or not at all.</summary>
internal static partial class DurableFiles
{
    /// <summary>Ending of files that are being prepared. Whoever opens a folder deletes those left by a crash.</summary>
    public const string TemporarySuffix = ".tmp";

    /// <summary>Replaces a small file in one step.</summary>
    public static void Replace(string path, ReadOnlySpan<byte> content)
    {
        var temporary = path + TemporarySuffix;
        using (var file = new FileStream(temporary, FileMode.Create, FileAccess.Write, FileShare.None))
        {
            file.Write(content);
            file.Flush(flushToDisk: true);
        }

        Rename(temporary, path);
    }

    /// <summary>Makes the content of a file durable that another wrote.</summary>
    public static void Flush(string path)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.FlushToDisk(file);
    }

    /// <summary>Gives a file its name, replacing another of that name, durably.</summary>
    public static void Rename(string from, string to)
    {
        // With overwrite it is one rename(2); without, .NET may link and unlink, and a crash between leaves both names.
        File.Move(from, to, overwrite: true);
        FlushFolder(Path.GetDirectoryName(to)!);
    }

    private static void FlushFolder(string folder)
    {
        const int readOnlyCloseOnExec = 0x80000; // O_RDONLY | O_CLOEXEC
        using var handle = Open(folder, readOnlyCloseOnExec);
        if (handle.IsInvalid || Flush(handle) != 0)
            throw new IOException($"{folder}: {Marshal.GetPInvokeErrorMessage(Marshal.GetLastPInvokeError())} while the folder was made durable");
    }

    // .NET opens no folders. Source: https://pubs.opengroup.org/onlinepubs/9699919799/functions/fsync.html
    [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial SafeFileHandle Open(string path, int flags);

    [LibraryImport("libc", EntryPoint = "fsync", SetLastError = true)]
    private static partial int Flush(SafeFileHandle file);
}
