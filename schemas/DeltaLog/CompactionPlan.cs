using System.Collections.Immutable;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>Files of one partition that are to become one.</summary>
/// <param name="Files">Two or more, or one that is to be written anew.</param>
public sealed record CompactionGroup(ImmutableArray<AddAction> Files)
{
    public long Bytes => Files.Sum(add => add.Size);

    /// <summary>The version up to which the rows of the group had come into the table.</summary>
    public long DataVersion => Files.Max(DeltaLog.DataVersion.Of);
}

/// <summary>Which small files of a table are to be written together. Pure.</summary>
/// <remarks>
/// 1. A file newer than the bound is left alone: a rollup's tail has to stay apart from what the rollup covers. 2. A partition whose day is over keeps at most
/// two files (<see cref="CompactionAim"/>), or as many full ones as its bytes need; a file that comes late is written together with the others again once that is exceeded. 3. In the day that
/// still goes on, files go together eight of about one size at a time, so that each row is written once for every eightfold of its file's size and not with every round of ingest.
/// </remarks>
public static class CompactionPlan
{
    /// <summary>Bytes a compacted file is to have.</summary>
    public const long TargetBytes = 128L << 20;

    /// <summary>How long after its day a partition counts as settled.</summary>
    public static readonly TimeSpan SettledAfter = TimeSpan.FromHours(2);

    private const int FilesOfATier = 8;
    private const long SmallestTierBytes = 64 << 10;

    /// <summary>The groups, each of one partition; no file is in two.</summary>
    /// <param name="snapshot">The table.</param>
    /// <param name="dataVersionMax">The newest data version that may be taken.</param>
    /// <param name="now">The time that counts.</param>
    /// <param name="aim">What a settled partition is to come to.</param>
    /// <param name="targetBytes">Bytes a compacted file is to have.</param>
    public static ImmutableArray<CompactionGroup> Plan(TableSnapshot snapshot, long dataVersionMax, DateTimeOffset now, CompactionAim aim, long targetBytes = TargetBytes) =>
    [
        .. snapshot.Files.Values
            .Where(add => DataVersion.Of(add) <= dataVersionMax)
            .GroupBy(PartitionKey, StringComparer.Ordinal)
            .SelectMany(partition => IsSettled(partition.First(), now) ? Settled([.. partition], aim, targetBytes) : Live(partition, targetBytes)),
    ];

    private static string PartitionKey(AddAction add) => string.Join('\n', add.PartitionValues.Select(value => value.Value is null ? $"{value.Key}!" : $"{value.Key}={value.Value}"));

    private static bool IsSettled(AddAction add, DateTimeOffset now) =>
        DateOnly.TryParseExact(add.PartitionValues.GetValueOrDefault("date"), "yyyy-MM-dd", out var day)
        && new DateTimeOffset(day.ToDateTime(TimeOnly.MinValue), TimeSpan.Zero).AddDays(1) + SettledAfter <= now;

    private static bool IsFull(AddAction add, long targetBytes) => add.Size >= targetBytes * 3 / 4;

    private static IEnumerable<CompactionGroup> Settled(ImmutableArray<AddAction> files, CompactionAim aim, long targetBytes)
    {
        AddAction[] small = [.. files.Where(add => !IsFull(add, targetBytes)).OrderByDescending(add => add.Size)];
        var count = (int)((small.Sum(add => add.Size) + targetBytes - 1) / targetBytes);
        if (!small.Any(aim.IsToBeWrittenAnew) && (files.Length <= aim.SettledFilesMax || small.Length <= Math.Max(1, count)))
            return [];
        var bins = Enumerable.Range(0, Math.Max(1, count)).Select(_ => (Files: new List<AddAction>(), Bytes: new long[1])).ToArray();
        foreach (var add in small)
        {
            var (binned, bytes) = bins.MinBy(bin => bin.Bytes[0]);
            binned.Add(add);
            bytes[0] += add.Size;
        }

        return bins.Where(bin => bin.Files.Count > 1 || bin.Files.Any(aim.IsToBeWrittenAnew)).Select(bin => new CompactionGroup([.. bin.Files]));
    }

    private static IEnumerable<CompactionGroup> Live(IEnumerable<AddAction> files, long targetBytes) =>
        files.Where(add => !IsFull(add, targetBytes))
            .GroupBy(Tier)
            .SelectMany(tier => Runs(tier.OrderBy(add => add.Path, StringComparer.Ordinal), targetBytes));

    // A run ends when it is full, by number or by bytes; the rest waits for more.
    private static IEnumerable<CompactionGroup> Runs(IEnumerable<AddAction> ordered, long targetBytes)
    {
        var run = new List<AddAction>();
        foreach (var add in ordered)
        {
            run.Add(add);
            if (run.Count < 2 || (run.Count < FilesOfATier && run.Sum(member => member.Size) < targetBytes * 3 / 4))
                continue;
            yield return new CompactionGroup([.. run]);
            run.Clear();
        }
    }

    private static int Tier(AddAction add)
    {
        var tier = 0;
        for (var bytes = add.Size / SmallestTierBytes; bytes > 0; bytes /= FilesOfATier)
            tier++;
        return tier;
    }
}
