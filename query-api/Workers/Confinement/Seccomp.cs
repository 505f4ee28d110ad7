using System.Runtime.InteropServices;

namespace FlowLake.QueryApi.Workers.Confinement;

/// <summary>
/// Seccomp: the kernel refuses the calling thread, and whatever it becomes, calls that no worker makes: sockets of a network, namespaces of its own, and those by which one reaches into the kernel, into other
/// processes or around the paths that <see cref="Landlock"/> knows.
/// </summary>
internal static class Seccomp
{
    private const uint UnixSocket = 1;

    /// <summary>CLONE_NEWNS, NEWCGROUP, NEWUTS, NEWIPC, NEWUSER, NEWPID and NEWNET.</summary>
    private const uint NewNamespaces = 0x7E02_0000;

    /// <summary>From here on numbers are of x32, a second interface of the same processor.</summary>
    private const uint FirstOfX32 = 0x4000_0000;

    /// <summary>Restricts the calling thread, which has to have refused new privileges; does nothing on a processor whose calls are not known here, or where the kernel has no such filters.</summary>
    /// <exception cref="IOException">The kernel has them, but would not.</exception>
    public static unsafe void Apply()
    {
        if (SystemCalls.OfThisProcessor is not { } calls || Linux.Process.Control(Linux.Process.GetSeccomp, 0, 0, 0, 0) < 0)
            return;
        var filter = Filter(calls);
        fixed (Linux.Seccomp.Instruction* first = filter)
        {
            var program = new Linux.Seccomp.Program((ushort)filter.Length, (nint)first);
            Linux.Process.Control(Linux.Process.SetSeccomp, Linux.Seccomp.ModeFilter, (nuint)(&program), 0, 0).OrThrow("restrict the process by seccomp");
        }
    }

    private static Linux.Seccomp.Instruction[] Filter(SystemCalls calls) =>
    [
        Linux.Seccomp.Load(Linux.Seccomp.Architecture),
        .. Linux.Seccomp.UnlessEqual(calls.Architecture, Linux.Seccomp.NotPermitted),
        Linux.Seccomp.Load(Linux.Seccomp.Number),
        .. Linux.Seccomp.IfAtLeast(FirstOfX32, Linux.Seccomp.NotPermitted),
        .. calls.Refused.SelectMany(number => Linux.Seccomp.IfEqual(number, Linux.Seccomp.NotPermitted)),
        // Its flags are in memory, where a filter cannot look; the C library takes clone where there is no clone3.
        .. Linux.Seccomp.IfEqual(calls.MakeThread3, Linux.Seccomp.NotImplemented),
        .. Linux.Seccomp.IfEqual(calls.MakeSocket, [Linux.Seccomp.Load(Linux.Seccomp.FirstArgument), .. Linux.Seccomp.UnlessEqual(UnixSocket, Linux.Seccomp.NotPermitted), Linux.Seccomp.Allowed]),
        .. Linux.Seccomp.IfEqual(calls.MakeThread, [Linux.Seccomp.Load(Linux.Seccomp.FirstArgument), .. Linux.Seccomp.IfAnyBit(NewNamespaces, Linux.Seccomp.NotPermitted), Linux.Seccomp.Allowed]),
        Linux.Seccomp.Allowed,
    ];

    /// <summary>Numbers of calls. Source: https://man7.org/linux/man-pages/man2/syscalls.2.html and the kernel's tables arch/x86/entry/syscalls/syscall_64.tbl and include/uapi/asm-generic/unistd.h</summary>
    /// <param name="Architecture">AUDIT_ARCH_ of include/uapi/linux/audit.h.</param>
    /// <param name="MakeSocket">socket.</param>
    /// <param name="MakeThread">clone.</param>
    /// <param name="MakeThread3">clone3.</param>
    /// <param name="Refused">
    /// unshare, setns, mount, umount2, pivot_root, chroot, open_tree, move_mount, fsopen, fsmount, fspick, mount_setattr; open_by_handle_at; ptrace, process_vm_readv, process_vm_writev, pidfd_getfd;
    /// bpf, perf_event_open, userfaultfd, io_uring_setup; add_key, request_key, keyctl.
    /// </param>
    private sealed record SystemCalls(uint Architecture, uint MakeSocket, uint MakeThread, uint MakeThread3, uint[] Refused)
    {
        private static readonly uint[] refusedEverywhere = [428, 429, 430, 432, 433, 442, 438, 425];

        public static SystemCalls? OfThisProcessor => RuntimeInformation.ProcessArchitecture switch
        {
            System.Runtime.InteropServices.Architecture.X64 => new(0xC000_003E, MakeSocket: 41, MakeThread: 56, MakeThread3: 435, [272, 308, 165, 166, 155, 161, 304, 101, 310, 311, 321, 298, 323, 248, 249, 250, .. refusedEverywhere]),
            System.Runtime.InteropServices.Architecture.Arm64 => new(0xC000_00B7, MakeSocket: 198, MakeThread: 220, MakeThread3: 435, [97, 268, 40, 39, 41, 51, 265, 117, 270, 271, 280, 241, 282, 217, 218, 219, .. refusedEverywhere]),
            _ => null,
        };
    }
}
