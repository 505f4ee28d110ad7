using System.Globalization;

namespace FlowLake.Agent.Bpf;

/// <summary>The capabilities a process may use now, as bits. Source: include/uapi/linux/capability.h.</summary>
internal readonly record struct ProcessCapabilities(ulong Effective)
{
    private const string StatusFile = "/proc/self/status";
    private const string Field = "CapEff:";
    private const int SystemAdministration = 21;

    /// <summary>What capture needs: to load, to trace and read the kernel's memory, and to attach to the network.</summary>
    private static readonly (string Name, int Bit)[] needed = [("CAP_BPF", 39), ("CAP_PERFMON", 38), ("CAP_NET_ADMIN", 12)];

    /// <summary>It stands for each of the others, and alone may open programs of other owners.</summary>
    internal bool HasSystemAdministration => Has(SystemAdministration);

    /// <summary>Names of what capture needs and has not.</summary>
    internal IReadOnlyList<string> Missing()
    {
        var self = this;
        return HasSystemAdministration ? [] : [.. needed.Where(capability => !self.Has(capability.Bit)).Select(capability => capability.Name)];
    }

    internal static ProcessCapabilities OfThisProcess() => Parse(File.ReadLines(StatusFile));

    /// <summary>Reads the lines of a process's status.</summary>
    internal static ProcessCapabilities Parse(IEnumerable<string> status) =>
        new(ulong.Parse(status.First(line => line.StartsWith(Field, StringComparison.Ordinal)).AsSpan(Field.Length).Trim(), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));

    private bool Has(int bit) => (Effective >> bit & 1) == 1;
}
