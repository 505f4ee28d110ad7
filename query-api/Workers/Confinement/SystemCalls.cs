using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace FlowLake.QueryApi.Workers.Confinement;

/// <summary>The numbers a kind of processor has for the calls that <see cref="Seccomp"/> knows. Source: https://docs.kernel.org/userspace-api/seccomp_filter.html; the numbers are those of asm/unistd_64.h and asm-generic/unistd.h.</summary>
/// <param name="Architecture">What the kernel calls the processor: AUDIT_ARCH_ of include/uapi/linux/audit.h.</param>
/// <param name="Refused">Of calls that no worker makes.</param>
internal sealed record SystemCalls(uint Architecture, uint Socket, uint CloneThread, uint CloneThread3, ImmutableArray<uint> Refused)
{
    /// <summary>Calls by their names: on x86-64, and on arm64.</summary>
    public static readonly ImmutableSortedDictionary<string, (uint X64, uint Arm64)> Numbers = ImmutableSortedDictionary.CreateRange(StringComparer.Ordinal, new Dictionary<string, (uint, uint)>
    {
        ["socket"] = (41, 198),
        ["clone"] = (56, 220),
        ["clone3"] = (435, 435),
        // Namespaces, and what is mounted in them.
        ["unshare"] = (272, 97),
        ["setns"] = (308, 268),
        ["mount"] = (165, 40),
        ["umount2"] = (166, 39),
        ["pivot_root"] = (155, 41),
        ["chroot"] = (161, 51),
        ["open_tree"] = (428, 428),
        ["move_mount"] = (429, 429),
        ["fsopen"] = (430, 430),
        ["fsmount"] = (432, 432),
        ["fspick"] = (433, 433),
        ["mount_setattr"] = (442, 442),
        // A file without its path.
        ["open_by_handle_at"] = (304, 265),
        // Other processes.
        ["ptrace"] = (101, 117),
        ["process_vm_readv"] = (310, 270),
        ["process_vm_writev"] = (311, 271),
        ["pidfd_getfd"] = (438, 438),
        // Ways into the kernel.
        ["bpf"] = (321, 280),
        ["perf_event_open"] = (298, 241),
        ["userfaultfd"] = (323, 282),
        ["io_uring_setup"] = (425, 425),
        ["add_key"] = (248, 217),
        ["request_key"] = (249, 218),
        ["keyctl"] = (250, 219),
    });

    private static readonly string[] judgedByArguments = ["socket", "clone", "clone3"];

    /// <summary>Those of the processor this runs on; null where they are not known here.</summary>
    public static SystemCalls? OfThisProcessor => RuntimeInformation.ProcessArchitecture switch
    {
        System.Runtime.InteropServices.Architecture.X64 => Of(0xC000_003E, numbers => numbers.X64),
        System.Runtime.InteropServices.Architecture.Arm64 => Of(0xC000_00B7, numbers => numbers.Arm64),
        _ => null,
    };

    private static SystemCalls Of(uint architecture, Func<(uint X64, uint Arm64), uint> number) => new(
        architecture,
        number(Numbers["socket"]),
        number(Numbers["clone"]),
        number(Numbers["clone3"]),
        [.. Numbers.Where(call => !judgedByArguments.Contains(call.Key)).Select(call => number(call.Value))]);
}
