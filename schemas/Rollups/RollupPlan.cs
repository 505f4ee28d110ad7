using System.Collections.Immutable;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Schemas.Rollups;

/// <summary>What a rollup takes from flows in one commit: the versions after its mark, up to a new one. Pure.</summary>
/// <param name="Through">The new mark: the rollup holds every row that flows has at this version.</param>
/// <param name="Files">The files with the rows to add up.</param>
public sealed record RollupPlan(long Through, ImmutableArray<AddAction> Files)
{
    /// <summary>The application in whose name a rollup's log says how far it has come.</summary>
    public const string AppId = "flows";

    /// <summary>The version of flows a rollup covers; -1 while it covers none.</summary>
    public static long Mark(TableSnapshot rollup) => rollup.Transactions.TryGetValue(AppId, out var transaction) ? transaction.Version : -1;

    /// <summary>The files of flows a rollup does not cover.</summary>
    public static IEnumerable<AddAction> Tail(TableSnapshot flows, long mark) => flows.Files.Values.Where(add => DataVersion.Of(add) > mark);

    /// <summary>Whether a rollup's sums and its tail in flows make up all rows, each once: flows is not older than the mark, and no file mixes rows of before the mark with later ones.</summary>
    public static bool Fits(TableSnapshot flows, long mark) => mark <= flows.Version && Tail(flows, mark).All(add => add.DataChange);

    /// <summary>The next commit of a rollup, or null when there is nothing to add.</summary>
    /// <param name="flows">The table flows.</param>
    /// <param name="mark">The rollup's mark.</param>
    /// <param name="bytesMax">The most bytes of files one commit takes; one version is taken whatever its size.</param>
    public static RollupPlan? Plan(TableSnapshot flows, long mark, long bytesMax)
    {
        var files = ImmutableArray.CreateBuilder<AddAction>();
        var (through, bytes) = (mark, 0L);
        foreach (var version in Tail(flows, mark).GroupBy(DataVersion.Of).OrderBy(version => version.Key))
        {
            bytes += version.Sum(add => add.Size);
            if (files.Count > 0 && bytes > bytesMax)
                return new RollupPlan(through, files.DrainToImmutable());
            files.AddRange(version);
            through = version.Key;
        }

        return files.Count == 0 ? null : new RollupPlan(flows.Version, files.DrainToImmutable());
    }
}
