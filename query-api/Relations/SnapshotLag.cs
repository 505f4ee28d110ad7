using System.Globalization;

namespace FlowLake.QueryApi.Relations;

/// <summary>How far a snapshot is behind the lake.</summary>
/// <param name="Versions">Versions of its tables, added up, that the lake's log is known to have beyond it.</param>
/// <param name="Time">Time for which it has not been known to be the newest.</param>
public readonly record struct SnapshotLag(long Versions, TimeSpan Time)
{
    /// <summary>As the header <c>FlowLake-Behind</c> has it, a dictionary of RFC 8941: <c>versions=2, seconds=0.7</c>.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"versions={Versions}, seconds={Time.TotalSeconds:0.0}");
}
