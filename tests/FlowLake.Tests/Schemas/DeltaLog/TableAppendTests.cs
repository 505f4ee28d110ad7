using System.Collections.Immutable;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

public sealed class TableAppendTests
{
    private static readonly DateTimeOffset now = new(2026, 11, 21, 4, 0, 0, TimeSpan.Zero);
    private static readonly MetadataAction metadata = DeltaSchema.Metadata(CoverageColumns.Table, Guid.NewGuid(), now);
    private static readonly TableSnapshot planned = TableSnapshot.Empty.Apply(0, [ProtocolAction.Supported, metadata, Moved("a", 4)]);

    [Fact]
    public void An_append_says_how_far_each_application_comes_and_what_is_added()
    {
        var add = new AddAction("x", ImmutableSortedDictionary<string, string?>.Empty, 1, 2, DataChange: true, null, null);
        Assert.Equal([Moved("a", 5), Moved("b", 1), add], (Append(("b", 1), ("a", 5)) with { Adds = [add] }).Actions(now));
    }

    [Fact]
    public void Commits_that_move_other_applications_do_not_overtake() =>
        Assert.False(Append(("a", 5), ("b", 1)).IsOvertaken(planned, planned.Apply(1, [Moved("c", 9)]).Apply(2, [metadata])));

    [Theory]
    [InlineData("a", 5)]
    [InlineData("a", 6)]
    [InlineData("b", 1)]
    public void A_commit_that_moves_one_of_the_applications_overtakes(string application, long version) =>
        Assert.True(Append(("a", 5), ("b", 1)).IsOvertaken(planned, planned.Apply(1, [Moved(application, version)])));

    [Fact]
    public void A_commit_that_changes_the_schema_overtakes() =>
        Assert.True(Append(("a", 5)).IsOvertaken(planned, planned.Apply(1, [metadata with { SchemaString = "{}" }])));

    [Fact]
    public void The_first_commit_of_a_table_overtakes_only_by_its_applications()
    {
        Assert.False(Append(("b", 1)).IsOvertaken(TableSnapshot.Empty, planned));
        Assert.True(Append(("a", 1)).IsOvertaken(TableSnapshot.Empty, planned));
    }

    [Fact]
    public void The_first_commit_of_a_table_overtakes_what_counted_on_its_own_columns_being_the_first() =>
        Assert.True((Append(("b", 1)) with { BringsColumns = true }).IsOvertaken(TableSnapshot.Empty, planned));

    private static TableAppend Append(params (string Application, long Version)[] passed) =>
        new([], passed.ToImmutableSortedDictionary(step => step.Application, step => step.Version, StringComparer.Ordinal));

    private static TransactionAction Moved(string application, long version) => new(application, version, now.ToUnixTimeMilliseconds());
}
