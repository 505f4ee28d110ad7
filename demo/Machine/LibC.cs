using System.Runtime.InteropServices;

namespace FlowLake.Demo.Machine;

/// <summary>The few system calls .NET has no door to.</summary>
internal static partial class LibC
{
    public const int SigKill = 9;
    public const int SigTerm = 15;

    private const int NoSuchEntry = 2;

    public static bool IsRoot => EffectiveUser() == 0;

    /// <returns>False where there is no such process.</returns>
    public static bool Signal(int process, int signal) => Kill(process, signal) == 0;

    /// <returns>True where the folder is gone.</returns>
    public static bool RemoveFolder(string path) => Rmdir(path) == 0 || Marshal.GetLastPInvokeError() == NoSuchEntry;

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int process, int signal);

    [LibraryImport("libc", EntryPoint = "rmdir", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Rmdir(string path);
}
