using static FlowLake.QueryApi.Workers.Confinement.Linux.Seccomp;

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
        fixed (Instruction* first = filter)
        {
            var program = new Program((ushort)filter.Length, (nint)first);
            Linux.Process.Control(Linux.Process.SetSeccomp, ModeFilter, (nuint)(&program), 0, 0).OrThrow("restrict the process by seccomp");
        }
    }

    private static Instruction[] Filter(SystemCalls calls) =>
    [
        Load(Architecture),
        .. UnlessEqual(calls.Architecture, NotPermitted),
        Load(Number),
        .. IfAtLeast(FirstOfX32, NotPermitted),
        .. calls.Refused.SelectMany(number => IfEqual(number, NotPermitted)),
        // Its flags are in memory, where a filter cannot look; the C library takes clone where there is no clone3.
        .. IfEqual(calls.CloneThread3, NotImplemented),
        .. IfEqual(calls.Socket, [Load(FirstArgument), .. UnlessEqual(UnixSocket, NotPermitted), Allowed]),
        .. IfEqual(calls.CloneThread, [Load(FirstArgument), .. IfAnyBit(NewNamespaces, NotPermitted), Allowed]),
        Allowed,
    ];
}
