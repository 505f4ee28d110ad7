namespace FlowLake.Agent.Directory;

/// <summary>The pod's uid in the name of a cgroup folder, as the kubelet names them. No I/O.</summary>
/// <remarks>
/// The names, below kubepods of the node or of a node in a container (kind): systemd <c>kubepods-burstable-pod0a1b_..._ff.slice</c> and
/// <c>kubelet-kubepods-pod0a1b_..._ff.slice</c>, cgroupfs <c>pod0a1b-...-ff</c>, a static pod's uid without dashes. containerd and CRI-O put their containers
/// below, so they do not differ here. Source: pkg/kubelet/cm in kubernetes/kubernetes.
/// </remarks>
internal static class PodCgroupName
{
    private const int UidDigits = 32;

    /// <summary>The uid without dashes, or null where the name is no pod's.</summary>
    public static string? UidOf(ReadOnlySpan<char> name)
    {
        const string slice = ".slice";
        const string mark = "pod";
        // Where kubelet and containerd disagree about the driver, slice, runtime and container are one name.
        if (name.IndexOf(':') is >= 0 and var colon)
            name = name[..colon];
        if (name.EndsWith(slice, StringComparison.Ordinal))
            name = name[..^slice.Length];
        var start = name.LastIndexOf(mark, StringComparison.Ordinal);
        if (start < 0 || (start > 0 && name[start - 1] != '-'))
            return null;
        var uid = Plain(name[(start + mark.Length)..].ToString());
        return uid.Length == UidDigits && uid.All(char.IsAsciiHexDigit) ? uid : null;
    }

    /// <summary>A uid without what parts it: the API writes dashes, systemd's names have underscores.</summary>
    public static string Plain(string uid) => uid.Replace("-", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal);

    /// <summary>Whether a uid is this without what parts it; makes no object.</summary>
    public static bool IsPlain(string plain, ReadOnlySpan<char> uid)
    {
        var rest = plain.AsSpan();
        foreach (var character in uid)
        {
            if (character is '-' or '_')
                continue;
            if (rest.IsEmpty || rest[0] != character)
                return false;
            rest = rest[1..];
        }

        return rest.IsEmpty;
    }
}
