using System.Collections.Immutable;
using System.Globalization;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Tests.Lake.Tables;

/// <summary>Made-up histories of a table: commits that add, remove, rewrite and move applications, as values.</summary>
internal static class TableHistory
{
    /// <summary>The time of version 0; each version is a minute later.</summary>
    public static readonly DateTimeOffset Start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static readonly MetadataAction Metadata = DeltaSchema.Metadata(CoverageColumns.Table, new Guid("01000000-0000-7000-8000-000000000001"), Start);

    public static DateTimeOffset TimeOf(long version) => Start.AddMinutes(version);

    public static TableSnapshot First => TableSnapshot.Empty.Apply(0, [ProtocolAction.Supported, Metadata]);

    public static AddAction Add(string name, string? zone = "a b/é%", int day = 1, long size = 100) => new(
        DeltaPath.Encode($"date=2026-11-{day:D2}/{DeltaPath.PartitionFolder("zone", zone)}/{name}.parquet"),
        ImmutableSortedDictionary.Create<string, string?>(StringComparer.Ordinal).Add("date", string.Create(CultureInfo.InvariantCulture, $"2026-11-{day:D2}")).Add("zone", zone),
        size,
        Start.ToUnixTimeMilliseconds(),
        DataChange: true,
        """{"numRecords":3,"minValues":{"node":"é\"\\"},"maxValues":{},"nullCount":{"node":0}}""",
        ImmutableSortedDictionary.Create<string, string>(StringComparer.Ordinal).Add(DeltaSchema.GenerationTag, "1"));

    /// <summary>The next commit of a random history.</summary>
    public static DeltaAction[] Next(TableSnapshot snapshot, Random random)
    {
        var version = snapshot.Version + 1;
        var actions = new List<DeltaAction> { new CommitInfoAction(TimeOf(version).ToUnixTimeMilliseconds(), "WRITE", "test", $"{version}", ImmutableSortedDictionary<string, string>.Empty) };
        for (var file = random.Next(4); file > 0; file--)
            actions.Add(Add($"{version}-{file}", random.Next(4) == 0 ? null : $"zone {random.Next(3)}", 1 + random.Next(3)));
        foreach (var add in snapshot.Files.Values.Where(_ => random.Next(10) == 0))
            actions.Add(RemoveAction.Of(add, TimeOf(version), dataChange: random.Next(2) == 0));
        actions.Add(new TransactionAction($"node {random.Next(5)}/é", version, random.Next(2) == 0 ? null : TimeOf(version).ToUnixTimeMilliseconds()));
        return [.. actions];
    }

    /// <summary>All that a snapshot says, as text that two equal snapshots share.</summary>
    public static string Text(TableSnapshot snapshot) => System.Text.Encoding.UTF8.GetString(DeltaJson.Write(
        [snapshot.Protocol!, snapshot.Metadata!, .. snapshot.Transactions.Values, .. snapshot.Files.Values, .. snapshot.Tombstones.Values]));
}
