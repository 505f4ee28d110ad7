using System.Collections.Immutable;

namespace FlowLake.Demo.Screen;

/// <summary>How much went from one zone to another, and what it costs.</summary>
/// <param name="From">Zone of the sender; empty where it is unknown.</param>
/// <param name="To">Zone of the receiver; empty where it is unknown.</param>
/// <param name="Bytes">IP bytes.</param>
/// <param name="Dollars">US dollars at the price of the day.</param>
public sealed record ZoneFlow(string From, string To, long Bytes, decimal Dollars);

/// <summary>Traffic between zones as the terminal shows it.</summary>
/// <param name="flows">What went from zone to zone, each pair once.</param>
/// <param name="seconds">Length of the windows it was observed in.</param>
public sealed class ZoneMatrix(IEnumerable<ZoneFlow> flows, long seconds)
{
    private const decimal SecondsPerMonth = 30 * 24 * 60 * 60;

    private readonly Dictionary<(string From, string To), ZoneFlow> cells = flows.ToDictionary(flow => (flow.From, flow.To));

    /// <summary>Every zone that sent or received, by name.</summary>
    public ImmutableArray<string> Zones => [.. cells.Keys.SelectMany(key => new[] { key.From, key.To }).Distinct().Order(StringComparer.Ordinal)];

    public bool IsEmpty => cells.Count == 0;

    public long Bytes => cells.Values.Sum(flow => flow.Bytes);

    public long CrossZoneBytes => cells.Values.Where(flow => flow.From != flow.To).Sum(flow => flow.Bytes);

    /// <summary>Length of the windows observed.</summary>
    public long Seconds => seconds;

    public decimal Dollars => cells.Values.Sum(flow => flow.Dollars);

    /// <summary>What 30 days at this rate cost; 0 where nothing was observed yet.</summary>
    public decimal DollarsPerMonth => seconds == 0 ? 0 : Dollars / seconds * SecondsPerMonth;

    /// <summary>Part of the bytes that left its zone, 0 to 1; 0 where there are none.</summary>
    public double CrossZoneShare => Bytes == 0 ? 0 : (double)CrossZoneBytes / Bytes;

    public ZoneFlow this[string from, string to] => cells.GetValueOrDefault((from, to)) ?? new ZoneFlow(from, to, 0, 0);
}
