using System.ComponentModel;
using System.Runtime.InteropServices;

namespace FlowLake.QueryApi.Workers.Confinement;

/// <summary>The calls by which a process gives up what it may do.</summary>
internal static partial class Linux
{
    private const string Library = "libc";

    /// <summary>Throws where a call failed, with what was attempted and why it could not be.</summary>
    /// <exception cref="IOException">It returned less than 0.</exception>
    public static nint OrThrow(this nint returned, string attempted) => returned >= 0 ? returned : throw Failed(attempted);

    /// <inheritdoc cref="OrThrow(nint, string)"/>
    public static int OrThrow(this int returned, string attempted) => returned >= 0 ? returned : throw Failed(attempted);

    private static IOException Failed(string attempted)
    {
        var error = Marshal.GetLastPInvokeError();
        return new IOException($"cannot {attempted}: {new Win32Exception(error).Message} (errno {error})");
    }

    /// <summary>Of a process and its privileges. Source: the pages of the same names, https://man7.org/linux/man-pages/dir_section_2.html</summary>
    internal static partial class Process
    {
        internal const int SetParentDeathSignal = 1, GetSeccomp = 21, SetSeccomp = 22, DropFromBoundingSet = 24, SetSecurityBits = 28, SetNoNewPrivileges = 38, AmbientCapabilities = 47;
        internal const nuint RaiseAmbient = 2;
        internal const nuint NoUserFixupNoRoot = 0xF; // SECBIT_NOROOT, SECBIT_NO_SETUID_FIXUP, and both locked
        internal const int SignalKill = 9;
        internal const uint CapabilityVersion = 0x20080522;

        [LibraryImport(Library, EntryPoint = "prctl", SetLastError = true)]
        internal static partial int Control(int option, nuint second, nuint third, nuint fourth, nuint fifth);

        [LibraryImport(Library, EntryPoint = "setsid", SetLastError = true)]
        internal static partial int NewSession();

        [LibraryImport(Library, EntryPoint = "setgroups", SetLastError = true)]
        internal static partial int SetGroups(nuint count, nint groups);

        [LibraryImport(Library, EntryPoint = "setresgid", SetLastError = true)]
        internal static partial int SetGroup(uint real, uint effective, uint saved);

        [LibraryImport(Library, EntryPoint = "setresuid", SetLastError = true)]
        internal static partial int SetUser(uint real, uint effective, uint saved);

        [LibraryImport(Library, EntryPoint = "capset", SetLastError = true)]
        internal static partial int SetCapabilities(in CapabilityHeader header, [In] CapabilitySets[] sets);

        [LibraryImport(Library, EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int ChangeOwner(string path, uint user, uint group);

        [LibraryImport(Library, EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Execute(string program, [In] string?[] arguments, [In] string?[] environment);

        /// <param name="Version">Of the layout.</param>
        /// <param name="ProcessId">0 for the calling thread.</param>
        internal readonly record struct CapabilityHeader(uint Version, int ProcessId);

        /// <summary>32 capabilities each; there are two of these.</summary>
        internal readonly record struct CapabilitySets(uint Effective, uint Permitted, uint Inheritable);
    }

    /// <summary>Bounds of what a process uses. Source: https://man7.org/linux/man-pages/man2/getrlimit.2.html</summary>
    internal static partial class Limits
    {
        internal const int FileSize = 1, Data = 2, CoreDump = 4;

        [LibraryImport(Library, EntryPoint = "setrlimit", SetLastError = true)]
        internal static partial int Set(int resource, in Limit limit);

        internal readonly record struct Limit(ulong Soft, ulong Hard);
    }

    /// <summary>Landlock. Source: https://docs.kernel.org/userspace-api/landlock.html and include/uapi/linux/landlock.h</summary>
    internal static partial class Landlock
    {
        internal const nint CreateRuleset = 444, AddRule = 445, RestrictSelf = 446;
        internal const nint AskVersion = 1, PathBeneath = 1;
        internal const int OpenForPath = 0x280000; // O_PATH | O_CLOEXEC

        [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
        internal static partial nint CallCreate(nint number, nint attributes, nint size, nint flags);

        [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
        internal static partial nint CallCreate(nint number, in Ruleset attributes, nint size, nint flags);

        [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
        internal static partial nint CallAdd(nint number, nint ruleset, nint kind, in Rule rule, nint flags);

        [LibraryImport(Library, EntryPoint = "syscall", SetLastError = true)]
        internal static partial nint CallRestrict(nint number, nint ruleset, nint flags);

        [LibraryImport(Library, EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Open(string path, int flags);

        [LibraryImport(Library, EntryPoint = "close", SetLastError = true)]
        internal static partial int Close(int descriptor);

        /// <summary>What is refused unless a rule allows it.</summary>
        internal readonly record struct Ruleset(ulong Files, ulong Network, ulong Scoped);

        /// <summary>What is allowed in and below an open folder.</summary>
        [StructLayout(LayoutKind.Sequential, Pack = 1)]
        internal readonly record struct Rule(ulong Allowed, int Folder);
    }

    /// <summary>
    /// Programs of the kernel's classic filter machine, over what a call is: they look at a number and answer by an instruction of their own. Source: https://docs.kernel.org/userspace-api/seccomp_filter.html,
    /// include/uapi/linux/seccomp.h and filter.h
    /// </summary>
    internal static class Seccomp
    {
        internal const nuint ModeFilter = 2;

        // Places in struct seccomp_data; of an argument the lower half, as processors that are known here have it first.
        internal const uint Number = 0, Architecture = 4, FirstArgument = 16;
        private const ushort LoadWord = 0x20, JumpIfEqual = 0x15, JumpIfAtLeast = 0x35, JumpIfAnyBit = 0x45, Return = 0x06;
        private const uint Error = 0x0005_0000, Permission = 1, NoSuchCall = 38;

        internal static Instruction Allowed => new(Return, 0, 0, 0x7FFF_0000);

        internal static Instruction NotPermitted => new(Return, 0, 0, Error | Permission);

        internal static Instruction NotImplemented => new(Return, 0, 0, Error | NoSuchCall);

        internal static Instruction Load(uint place) => new(LoadWord, 0, 0, place);

        internal static Instruction[] IfEqual(uint value, params Instruction[] then) => [new(JumpIfEqual, 0, (byte)then.Length, value), .. then];

        internal static Instruction[] UnlessEqual(uint value, params Instruction[] then) => [new(JumpIfEqual, (byte)then.Length, 0, value), .. then];

        internal static Instruction[] IfAtLeast(uint value, params Instruction[] then) => [new(JumpIfAtLeast, 0, (byte)then.Length, value), .. then];

        internal static Instruction[] IfAnyBit(uint bits, params Instruction[] then) => [new(JumpIfAnyBit, 0, (byte)then.Length, bits), .. then];

        /// <summary>What to do, how many instructions to pass over if so and if not, and with which number.</summary>
        internal readonly record struct Instruction(ushort Code, byte WhenTrue, byte WhenFalse, uint Value);

        /// <summary>How many instructions there are, and where.</summary>
        internal readonly record struct Program(ushort Length, nint Instructions);
    }
}
