using System.Security.Cryptography;
using System.Text;
using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>
/// Which pins an object file can share. The folder of a set of pins is named <c>{rows}-{whole}</c>: where both hashes agree the
/// set is taken over; where only the first does, its rows can still be read, so they are drained before the set is replaced.
/// </summary>
internal sealed record PinLayout(string Rows, string Whole)
{
    private const int HashBytes = 6;

    private static readonly string[] RowStructs =
        ["flow_key", "flow_counters", "flow_losses", "flow_control", "flow_namespace", "flow_drop_key", "flow_drop", "dns_key", "dns_counters"];
    private static readonly string[] SocketStructs = ["flow_socket", "socket_counted", "flow_cgroup", "dns_query", "dns_query_key"];

    internal string FolderName => $"{Rows}-{Whole}";

    internal bool SharesRowsWith(string set) => Path.GetFileName(set).StartsWith($"{Rows}-", StringComparison.Ordinal);

    internal static PinLayout Of(BpfObject bpfObject)
    {
        var types = new BtfTypes(bpfObject.Btf());
        var rows = RowStructs.Select(name => types.FindStruct(name).ToString()).ToArray();
        var rest = SocketStructs.Select(name => types.FindStruct(name).ToString()).Concat(PinNames.Maps.Select(bpfObject.Describe));
        return new PinLayout(Hash(rows), Hash([.. rows, .. rest]));
    }

    private static string Hash(IEnumerable<string> lines) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', lines))).AsSpan(0, HashBytes));
}
