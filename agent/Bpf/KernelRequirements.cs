using System.Globalization;
using System.Runtime.InteropServices;
using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>One thing capture needs of the machine.</summary>
/// <param name="Name">What, in a word or two.</param>
/// <param name="Ok">Whether it is there.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Remedy">What to do where it is not there; empty where it is.</param>
public sealed record KernelRequirement(string Name, bool Ok, string Detail, string Remedy);

/// <summary>What capture needs of kernel, file systems and permissions. Nothing is changed by asking.</summary>
public static class KernelRequirements
{
    private const string ReleaseFile = "/proc/sys/kernel/osrelease";

    /// <summary>Fetch atomics, the cgroup of a socket beside version 1 controllers, and socket storage in iterators are all there from here on.</summary>
    private static readonly Version Floor = new(5, 15);

    /// <summary>Every requirement, met or not.</summary>
    public static IReadOnlyList<KernelRequirement> Check(CaptureOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        return [Permissions(), Kernel(), Types(), Cgroups(options), Pins(options), Library(), Programs(options), Others(options)];
    }

    internal static void ThrowUnlessMet(CaptureOptions options)
    {
        var missing = Check(options).Where(requirement => !requirement.Ok).ToArray();
        if (missing.Length > 0)
            throw BpfException.Because(
                $"capture cannot start: {string.Join("; ", missing.Select(requirement => $"{requirement.Name}: {requirement.Detail}. {requirement.Remedy}"))}");
    }

    /// <summary>Major and minor number of a kernel release such as <c>6.1.0-18-amd64</c>, or null.</summary>
    internal static Version? ParseRelease(string release)
    {
        var parts = release.Trim().Split('.', '-', '+');
        return parts.Length >= 2
            && int.TryParse(parts[0], NumberStyles.None, CultureInfo.InvariantCulture, out var major)
            && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var minor)
            ? new Version(major, minor)
            : null;
    }

    private static KernelRequirement Permissions()
    {
        var capabilities = ProcessCapabilities.OfThisProcess();
        var missing = capabilities.Missing();
        const string enough = "CAP_BPF, CAP_PERFMON and CAP_NET_ADMIN, which are enough";
        var held = capabilities.HasSystemAdministration ? $"{enough}; CAP_SYS_ADMIN too, which only names programs of other owners" : enough;
        return Of(
            "capabilities",
            missing.Count == 0,
            missing.Count == 0 ? held : $"without {string.Join(", ", missing)}",
            $"Run as root, or give the process {string.Join(", ", missing)} (in a pod: securityContext.capabilities.add).");
    }

    private static KernelRequirement Kernel()
    {
        var release = File.ReadAllText(ReleaseFile).Trim();
        return Of("kernel", ParseRelease(release) >= Floor, release, $"Linux {Floor} or newer is needed.");
    }

    private static KernelRequirement Types()
    {
        var exists = File.Exists(KernelTypes.Source);
        return Of("BTF", exists, exists ? KernelTypes.Source : $"{KernelTypes.Source} is missing", "The kernel must be built with CONFIG_DEBUG_INFO_BTF=y.");
    }

    private static KernelRequirement Cgroups(CaptureOptions options)
    {
        var mount = CgroupFileSystem.FindMount();
        if (mount is null)
            return Of(
                "cgroup v2",
                false,
                CgroupFileSystem.HasVersion1() ? "only cgroup v1 is mounted, which tells no program whose a socket is" : "not mounted",
                "mount -t cgroup2 none /sys/fs/cgroup; or start the machine with systemd.unified_cgroup_hierarchy=1.");
        var isCgroup = Linux.FileSystemTypeOf(options.CgroupRoot) == Linux.CgroupFileSystemType;
        return Of(
            "cgroup v2",
            isCgroup,
            isCgroup ? options.CgroupRoot : $"{options.CgroupRoot} is not a folder of cgroup v2, which is mounted at {mount}",
            $"Name a folder in {mount}, or that itself, as the cgroup root.");
    }

    private static KernelRequirement Pins(CaptureOptions options)
    {
        var mounted = BpfFileSystem.IsMounted(options.BpfFileSystem);
        return Of(
            "BPF file system",
            mounted,
            mounted ? options.BpfFileSystem : $"not mounted at {options.BpfFileSystem}",
            $"mount -t bpf bpf {options.BpfFileSystem}");
    }

    private static KernelRequirement Library()
    {
        var found = NativeLibrary.TryLoad("libbpf.so.1", out var library);
        if (found)
            NativeLibrary.Free(library);
        return Of("libbpf", found, found ? "libbpf.so.1" : "libbpf.so.1 is missing", "apt-get install libbpf1");
    }

    private static KernelRequirement Programs(CaptureOptions options)
    {
        var exists = File.Exists(options.ObjectPath);
        return Of(
            "kernel programs",
            exists,
            exists ? options.ObjectPath : $"{options.ObjectPath} is missing",
            "They are compiled with FlowLake where clang and libbpf-dev are installed: apt-get install clang libbpf-dev, then build again.");
    }

    /// <summary>Programs of others where ours go, that let none come beside them.</summary>
    private static KernelRequirement Others(CaptureOptions options)
    {
        const string name = "other programs";
        if (CgroupFileSystem.FindMount() is not { } mount || !Cgroups(options).Ok || !Library().Ok || !Permissions().Ok)
            return Of(name, true, "not looked at, for want of what is missing", "");
        var refusing = AttachedPrograms.Refusing(options.CgroupRoot, mount);
        return Of(
            name,
            refusing.Count == 0,
            refusing.Count == 0 ? $"none keeps ours from {options.CgroupRoot}" : $"{string.Join("; ", refusing.Select(attached => attached.Describe()))} lets no other come beside it",
            "Let its owner attach it with BPF_F_ALLOW_MULTI (bpftool cgroup attach ... multi), or stop it, or give another cgroup root.");
    }

    private static KernelRequirement Of(string name, bool ok, string detail, string remedy) => new(name, ok, detail, ok ? string.Empty : remedy);
}
