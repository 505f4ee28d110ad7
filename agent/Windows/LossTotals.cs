using System.Collections.Immutable;
using FlowLake.Agent.Bpf;
using FlowLake.Schemas.Coverage;

namespace FlowLake.Agent.Windows;

/// <summary>Losses as absolute figures that only grow, by <see cref="Loss.Key"/>, so that each is reported once whoever died in between.</summary>
public static class LossTotals
{
    public static readonly ImmutableSortedDictionary<string, long> None = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);

    /// <summary>The kernel's figures under the names of coverage. Its recursion misses are left out: they begin anew with each agent.</summary>
    public static ImmutableSortedDictionary<string, long> Of(CaptureLosses losses) => Add(
        None,
        [
            new(CoverageReason.MapFull, "events", losses.ClosesFolded + losses.PacketsFolded + losses.IncidentsFolded),
            new(CoverageReason.Lost, "events", losses.ReserveFull),
            new(CoverageReason.Lost, "bytes", losses.ReserveFullBytes),
            new(CoverageReason.StorageExhausted, "events", losses.StorageFailed),
            new(CoverageReason.Untagged, "events", losses.Untagged),
            new(CoverageReason.Untagged, "bytes", losses.UntaggedBytes),
            new(CoverageReason.Loopback, "events", losses.Loopback),
            new(CoverageReason.Loopback, "bytes", losses.LoopbackBytes),
            new(CoverageReason.CountingStopped, "events", losses.Stopped),
            new(CoverageReason.CountingStopped, "bytes", losses.StoppedBytes),
            new(CoverageReason.Unreadable, "packets", losses.UnreadablePackets),
            new(CoverageReason.Unreadable, "bytes", losses.UnreadableBytes),
            new(CoverageReason.MapFull, "dns_queries", losses.DnsFolded),
            new(CoverageReason.Lost, "dns_queries", losses.DnsUnfollowed + losses.DnsLost),
            new(CoverageReason.Unreadable, "dns_messages", losses.DnsUnreadable),
            new(CoverageReason.Unmatched, "dns_answers", losses.DnsUnmatched),
            new(CoverageReason.NameCut, "dns_queries", losses.DnsNamesCut),
            .. losses.Excluded.SelectMany(Of),
            new(CoverageReason.BeforeAgent, "events", losses.BeforeAgent),
            new(CoverageReason.BeforeAgent, "bytes", losses.BeforeAgentBytes),
            new(CoverageReason.ResetsUnplaced, "events", losses.ResetsUnplaced),
            new(CoverageReason.DropsUnlisted, "packets", losses.DropsUnlisted),
            new(CoverageReason.DropsUnlisted, "bytes", losses.DropsUnlistedBytes),
        ]);

    private static IEnumerable<Loss> Of(ExcludedTraffic traffic) =>
    [
        new(CoverageReason.Excluded, "connections", traffic.Connections, traffic.Namespace),
        new(CoverageReason.Excluded, "packets", traffic.Packets, traffic.Namespace),
        new(CoverageReason.Excluded, "bytes", traffic.Bytes, traffic.Namespace),
    ];

    /// <summary>The totals with the losses on top; what is zero leaves no trace.</summary>
    public static ImmutableSortedDictionary<string, long> Add(ImmutableSortedDictionary<string, long> totals, IEnumerable<Loss> losses)
    {
        var sums = totals.ToBuilder();
        foreach (var loss in losses.Where(loss => loss.Amount != 0))
            sums[loss.Key] = sums.GetValueOrDefault(loss.Key) + loss.Amount;
        return sums.ToImmutable();
    }

    /// <summary>What the totals have grown by.</summary>
    public static IEnumerable<Loss> Since(this ImmutableSortedDictionary<string, long> totals, ImmutableSortedDictionary<string, long> reported) =>
        totals.Select(total => Loss.Of(total.Key, total.Value - reported.GetValueOrDefault(total.Key))).Where(loss => loss.Amount > 0);
}
