using System.Globalization;
using FlowLake.Lake.Parquet;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>What the rows of an inbox file must keep to be taken. Pure.</summary>
/// <param name="now">The time that counts.</param>
/// <param name="retention">How old a window may be.</param>
public sealed class InboxRules(DateTimeOffset now, TimeSpan retention)
{
    /// <summary>How far ahead of our clock a node's may be.</summary>
    public static readonly TimeSpan AheadMax = TimeSpan.FromMinutes(10);

    /// <summary>The most partitions one file may have rows of. An agent's file spans minutes and has one zone; the bound keeps one bad file from making thousands of data files.</summary>
    public const int PartitionsMax = 32;

    /// <summary>The largest number a row may hold: 2^50 bytes in a window of a minute are 150 Tbit/s. A sum over 8,000 such rows still fits its column.</summary>
    public const long AmountMax = 1L << 50;

    /// <summary>Longest folder name of a partition in bytes: what object keys and file systems take.</summary>
    private const int FolderBytesMax = 255;

    /// <summary>What is wrong with one partition of a file, or null.</summary>
    public string? Complaint(TableDefinition table, FileFacts facts)
    {
        if (facts.WindowStarts < facts.Rows)
            return $"{facts.Rows - facts.WindowStarts} of its rows for {table.Name} have no window_start";
        if (Micros(now + AheadMax) is var latest && facts.LastWindowStart > latest)
            return $"a row for {table.Name} has window_start {Text(facts.LastWindowStart!.Value)}, more than {AheadMax.TotalMinutes:F0} minutes after {now:u}: the node's clock is wrong";
        if (Micros(now - retention) is var earliest && facts.FirstWindowStart < earliest)
            return $"a row for {table.Name} has window_start {Text(facts.FirstWindowStart!.Value)}, more than {retention.TotalDays:F0} days before {now:u}: older than the retention";
        var node = facts.File.Key.Stream.Node;
        if (facts.Nodes < facts.Rows || facts.FirstNode != node || facts.LastNode != node)
            return $"a row for {table.Name} names node \"{(facts.FirstNode == node ? facts.LastNode : facts.FirstNode)}\" where the key says \"{node}\"";
        if (facts.Misplaced > 0)
            return $"{facts.Misplaced} of its rows for {table.Name} have a zone that is not the zone of the end that observed them";
        foreach (var (column, value) in table.PartitionColumns.Zip(facts.Partition))
        {
            if (value is not null && (value.Any(char.IsControl) || DeltaPath.PartitionFolder(column, value).Length > FolderBytesMax))
                return $"a row for {table.Name} has a {column} that cannot name a folder: it has control characters or takes more than {FolderBytesMax} bytes";
        }

        return null;
    }

    /// <summary>The columns in which rows just written have a number below zero or above <see cref="AmountMax"/>. What a learned column may hold, nobody here knows.</summary>
    public static IEnumerable<string> AbsurdColumns(TableDefinition table, ParquetFile written) => table.DataColumns
        .Where(column => column is not LearnedColumn && column.Type is ColumnType.Int32 or ColumnType.Int64)
        .Select(column => column.Name)
        .Where(name => written.Column(name) is { Min: not null, Max: not null } statistics
            && (long.Parse(statistics.Min, CultureInfo.InvariantCulture) < 0 || long.Parse(statistics.Max, CultureInfo.InvariantCulture) > AmountMax));

    /// <summary>What is wrong with a file that has such a number.</summary>
    public static string AbsurdComplaint(TableDefinition table, string column, long amount) =>
        $"a row for {table.Name} has {column} {amount}; 0 to {AmountMax} are allowed";

    private static long Micros(DateTimeOffset instant) => (instant.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) / TimeSpan.TicksPerMicrosecond;

    // Any number of microseconds can stand in a file, also those no calendar of ours reaches.
    private static string Text(long micros) =>
        micros / 1_000_000 is > -62_135_596_800 and < 253_402_300_800 and var seconds
            ? DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("u", CultureInfo.InvariantCulture)
            : $"{micros} microseconds after 1970";
}
