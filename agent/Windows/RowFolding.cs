using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Windows;

/// <summary>Makes rows of one identity one row, and keeps a window within its bound of rows. Pure; every sum is kept.</summary>
public static class RowFolding
{
    /// <summary>The workload's name on a folded row. Its namespace is null, which no real workload's is.</summary>
    public const string OtherWorkload = "other";

    /// <summary>Adds up rows that differ in nothing but their figures, as two containers of one pod give them.</summary>
    public static IReadOnlyList<FlowRecord> Merge(IEnumerable<FlowRecord> rows)
    {
        var merged = new Dictionary<RowIdentity, FlowRecord>();
        foreach (var row in rows)
        {
            var identity = RowIdentity.Of(row);
            merged[identity] = merged.TryGetValue(identity, out var earlier) ? Add(earlier, row) : row;
        }

        return [.. merged.Values];
    }

    /// <summary>Keeps the rows of most bytes by name, and folds the rest into one row a pair of zones, protocol, observer and value of is_primary.</summary>
    /// <param name="rows">The window's rows.</param>
    /// <param name="rowsMax">Most rows kept by name, at least 1. The few folded rows come on top.</param>
    /// <param name="folded">How many rows lost their names.</param>
    public static IReadOnlyList<FlowRecord> Cap(IReadOnlyList<FlowRecord> rows, int rowsMax, out int folded)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(rowsMax, 1);
        folded = Math.Max(0, rows.Count - rowsMax);
        if (folded == 0)
            return rows;
        var ordered = rows.OrderByDescending(Bytes).ToArray();
        return [.. ordered[..rowsMax], .. Merge(ordered[rowsMax..].Select(Unnamed))];
    }

    private static FlowRecord Unnamed(FlowRecord row) =>
        row with { ServerPort = null, ServicePort = null, Client = Unnamed(row.Client), Server = Unnamed(row.Server) };

    private static FlowEnd Unnamed(FlowEnd end) => new() { Kind = EndKind.Unknown, Workload = OtherWorkload, Zone = end.Zone, ZoneId = end.ZoneId };

    private static long Bytes(FlowRecord row) => row.PayloadToServer + row.PayloadToClient + row.HeaderBytesToServer + row.HeaderBytesToClient;

    private static FlowRecord Add(FlowRecord one, FlowRecord other) => one with
    {
        PayloadToServer = one.PayloadToServer + other.PayloadToServer,
        PayloadToClient = one.PayloadToClient + other.PayloadToClient,
        HeaderBytesToServer = one.HeaderBytesToServer + other.HeaderBytesToServer,
        HeaderBytesToClient = one.HeaderBytesToClient + other.HeaderBytesToClient,
        PacketsToServer = one.PacketsToServer + other.PacketsToServer,
        PacketsToClient = one.PacketsToClient + other.PacketsToClient,
        ConnectionsOpened = one.ConnectionsOpened + other.ConnectionsOpened,
        ConnectionsClosed = one.ConnectionsClosed + other.ConnectionsClosed,
        ConnectionsFailed = one.ConnectionsFailed + other.ConnectionsFailed,
        Retransmits = one.Retransmits + other.Retransmits,
        SegmentsLost = one.SegmentsLost + other.SegmentsLost,
        RtoCount = one.RtoCount + other.RtoCount,
        RtoTimeUs = one.RtoTimeUs + other.RtoTimeUs,
        ResetsSent = one.ResetsSent + other.ResetsSent,
        ResetsReceived = one.ResetsReceived + other.ResetsReceived,
        Drops = one.Drops + other.Drops,
        SrttUsSum = one.SrttUsSum + other.SrttUsSum,
        SrttCount = one.SrttCount + other.SrttCount,
        SrttUsMin = one.SrttUsMin is { } min && other.SrttUsMin is { } otherMin ? Math.Min(min, otherMin) : one.SrttUsMin ?? other.SrttUsMin,
        SrttUsMax = one.SrttUsMax is { } max && other.SrttUsMax is { } otherMax ? Math.Max(max, otherMax) : one.SrttUsMax ?? other.SrttUsMax,
    };

    private readonly record struct RowIdentity(FlowObserver Observer, bool IsPrimary, string Protocol, int? ServerPort, int? ServicePort, bool Estimated, FlowEnd Client, FlowEnd Server)
    {
        public static RowIdentity Of(FlowRecord row) =>
            new(row.Observer, row.IsPrimary, row.Protocol, row.ServerPort, row.ServicePort, row.Estimated, row.Client, row.Server);
    }
}
