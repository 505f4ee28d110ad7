using System.Globalization;

namespace FlowLake.Agent.Bpf;

/// <summary>The kernel's names for why it drops a packet, read from its own types: their numbers differ between versions.</summary>
internal sealed class DropReasons(BtfTypes kernel)
{
    private const string Enum = "skb_drop_reason";
    private const string Prefix = "SKB_DROP_REASON_";
    private const string NotSpecified = "NOT_SPECIFIED";

    private readonly Dictionary<uint, string> names = kernel.FindEnum(Enum)
        .Where(value => value.Name.StartsWith(Prefix, StringComparison.Ordinal))
        .ToDictionary(value => value.Value, value => value.Name[Prefix.Length..]);

    /// <summary>The name; the number in decimal where the kernel gives none (subsystems in modules have reasons of their own).</summary>
    internal string NameOf(uint reason) =>
        names.TryGetValue(reason, out var name) ? name : reason == 0 ? NotSpecified : reason.ToString(CultureInfo.InvariantCulture);
}
