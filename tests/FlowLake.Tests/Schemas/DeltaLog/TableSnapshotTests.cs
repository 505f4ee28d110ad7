using System.Collections.Immutable;
using System.Text;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

public sealed class TableSnapshotTests
{
    private static readonly MetadataAction metadata = DeltaSchema.Metadata(CoverageColumns.Table, Guid.NewGuid(), DateTimeOffset.UnixEpoch);
    private static readonly TableSnapshot first = TableSnapshot.Empty.Apply(0, [ProtocolAction.Supported, metadata]);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 200)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void A_snapshot_of_any_history_is_what_its_written_log_reads_back_to(int seed)
    {
        var random = new Random(seed);
        var (told, read) = (first, TableSnapshot.Empty.Apply(0, DeltaJson.Read(DeltaJson.Write([ProtocolAction.Supported, metadata]), "version 0")));
        for (var version = 1; version <= 20; version++)
        {
            DeltaAction[] actions = [.. Enumerable.Range(0, random.Next(4)).Select(index => RandomAction(random, $"{version}-{index}"))];
            told = told.Apply(version, actions);
            read = read.Apply(version, DeltaJson.Read(DeltaJson.Write(actions), $"version {version}"));
        }

        Assert.Equal(told.Files.Keys, read.Files.Keys);
        Assert.Equal(told.Tombstones.Keys, read.Tombstones.Keys);
        Assert.Equal(told.Transactions, read.Transactions);
        foreach (var (path, add) in told.Files)
        {
            Assert.Equal(add with { PartitionValues = read.Files[path].PartitionValues, Tags = read.Files[path].Tags }, read.Files[path]);
            Assert.Equal(add.PartitionValues, read.Files[path].PartitionValues);
        }
    }

    [Fact]
    public void Versions_follow_each_other()
    {
        Assert.Throws<ArgumentException>(() => first.Apply(2, []));
        Assert.Throws<ArgumentException>(() => first.Apply(0, []));
    }

    [Fact]
    public void A_protocol_nobody_here_knows_is_refused()
    {
        var exception = Assert.Throws<DeltaLogException>(() => first.Apply(1, [new ProtocolAction(3, 7)]));
        Assert.Contains("reader 3 and writer 7", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_first_commit_without_a_schema_is_no_table() => Assert.Throws<DeltaLogException>(() => TableSnapshot.Empty.Apply(0, [ProtocolAction.Supported]));

    [Fact]
    public void Actions_of_others_are_passed_over()
    {
        var actions = DeltaJson.Read("""{"cdc":{"path":"x"}}"""u8, "version 1");
        Assert.Empty(actions);
    }

    [Fact]
    public void A_line_that_is_no_action_is_named_with_its_place()
    {
        var exception = Assert.Throws<DeltaLogException>(() => DeltaJson.Read(Encoding.UTF8.GetBytes("{\"commitInfo\":null}\nnonsense"), "version 7"));
        Assert.Contains("version 7, line 2", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Who_made_a_commit_is_read_without_what_stands_behind_it()
    {
        var commitInfo = new CommitInfoAction(7, "WRITE", "FlowLake/0.1.0", "id", ImmutableSortedDictionary<string, string>.Empty);
        byte[] content = [.. DeltaJson.Write([ProtocolAction.Supported, commitInfo]), .. "nonsense"u8];
        Assert.Equal(("WRITE", 7L), DeltaJson.ReadCommitInfo(content, "version 7") is { } read ? (read.Operation, read.Timestamp) : default);
        Assert.Null(DeltaJson.ReadCommitInfo(DeltaJson.Write([ProtocolAction.Supported]), "version 7"));
    }

    private static DeltaAction RandomAction(Random random, string name) => random.Next(3) switch
    {
        0 => new AddAction($"p/{name} é%", ImmutableSortedDictionary<string, string?>.Empty.Add("date", random.Next(2) == 0 ? null : "2026-11-21"), random.Next(), random.Next(), DataChange: true, "{}", null),
        1 => new RemoveAction($"p/{random.Next(20)}-{random.Next(4)} é%", random.Next(), DataChange: true, ExtendedFileMetadata: false, null, null),
        _ => new TransactionAction($"app {random.Next(4)}", random.Next(), random.Next()),
    };
}
