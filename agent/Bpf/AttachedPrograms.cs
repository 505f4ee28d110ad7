using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>The programs somebody has attached to one folder of cgroup v2, of one kind.</summary>
/// <param name="Kind">The kind, as bpftool names it.</param>
/// <param name="Folder">The folder.</param>
/// <param name="Flags">How they were attached: <see cref="AllowOverride"/>, <see cref="AllowMulti"/> or neither.</param>
/// <param name="Programs">Their ids.</param>
internal sealed record AttachedPrograms(string Kind, string Folder, uint Flags, IReadOnlyList<uint> Programs)
{
    // Source: include/uapi/linux/bpf.h.
    internal const uint AllowOverride = 1;
    internal const uint AllowMulti = 2;

    private static readonly (string Kind, uint Type)[] kinds = [("cgroup_inet_ingress", 0), ("cgroup_inet_egress", 1), ("sock_ops", 3)];

    /// <summary>Who of those attached keeps another program from being attached to the root; empty where nobody does.</summary>
    /// <param name="root">The folder to attach to.</param>
    /// <param name="mount">Where cgroup v2 is mounted: the last folder looked at.</param>
    internal static IReadOnlyList<AttachedPrograms> Refusing(string root, string mount) =>
        [.. kinds.Select(kind => Refusing(Upwards(root, mount).Select(folder => Of(kind.Kind, kind.Type, folder)))).OfType<AttachedPrograms>()];

    /// <summary>
    /// The kernel's rule (hierarchy_allows_attach in kernel/bpf/cgroup.c): where something is attached, all of it allows others or none comes beside it; and
    /// of the folders above the nearest that has something decides.
    /// </summary>
    /// <param name="upwards">The folder to attach to, then those above it, of one kind.</param>
    internal static AttachedPrograms? Refusing(IEnumerable<AttachedPrograms> upwards)
    {
        var isRoot = true;
        foreach (var level in upwards)
        {
            if ((level.Flags & AllowMulti) != 0 && level.Programs.Count > 0)
                return null;
            if (level.Programs.Count > 0)
                return !isRoot && (level.Flags & AllowOverride) != 0 ? null : level;
            isRoot = false;
        }

        return null;
    }

    /// <summary>What they are, for a person; names only where the kernel tells them.</summary>
    internal string Describe() => $"{Kind} program {string.Join(", ", Programs.Select(Describe))} at {Folder}";

    private static string Describe(uint id) => BpfLink.NameOf(id) is { Length: > 0 } name ? $"{id} \"{name}\"" : $"{id} (its name needs CAP_SYS_ADMIN)";

    private static AttachedPrograms Of(string kind, uint type, string folder)
    {
        var (flags, programs) = BpfLink.ProgramsAt(folder, type);
        return new AttachedPrograms(kind, folder, flags, programs);
    }

    private static IEnumerable<string> Upwards(string root, string mount)
    {
        for (var folder = Path.TrimEndingDirectorySeparator(root); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            yield return folder;
            if (folder.Length <= Path.TrimEndingDirectorySeparator(mount).Length)
                yield break;
        }
    }
}
