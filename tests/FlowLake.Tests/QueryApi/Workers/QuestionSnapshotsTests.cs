using System.Collections.Immutable;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Workers;
using Xunit;

namespace FlowLake.Tests.QueryApi.Workers;

/// <summary>What a server says to a worker, whatever that asks for.</summary>
public sealed class QuestionSnapshotsTests : IAsyncLifetime
{
    private readonly TestLake lake = new();
    private FlowCatalog catalog = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await lake.AddFlowsAsync(TestFlows.Make(72, 40));
        catalog = lake.OpenCatalog(new CatalogOptions { CacheFolder = lake.CacheFolder, SnapshotHold = TimeSpan.Zero });
        await catalog.RefreshAsync(Token);
    }

    public ValueTask DisposeAsync()
    {
        catalog.Dispose();
        lake.Dispose();
        return ValueTask.CompletedTask;
    }

    [Fact]
    public void A_relation_has_the_scope_of_the_question_and_no_other()
    {
        using var question = new QuestionSnapshots(catalog, RowScope.Of(["its own"]));
        Assert.Equal(catalog.Version.ToString(), question.Newest.Version);
        foreach (var relation in FlowRelations.All.Where(relation => relation.Name != "coverage" && relation.EntitySet is not null))
            Assert.Contains("'its own'", question.Give(Wanted(question, relation.Name)).Sql!, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("nothing")]
    [InlineData("flows; DROP")]
    [InlineData("")]
    public void What_is_no_relation_is_refused(string relation)
    {
        using var question = new QuestionSnapshots(catalog, RowScope.All);
        Assert.Null(question.Give(Wanted(question, "flows")).Refused);
        Assert.NotNull(question.Give(Wanted(question, "flows") with { Version = "9.9.9.9" }).Refused);
        Assert.NotNull(question.Give(Wanted(question, relation)).Refused);
        Assert.NotNull(question.Give(new SnapshotWanted(question.Id, "nine", null)).Refused);
    }

    [Fact]
    public async Task The_newest_stays_that_of_the_questions_beginning_and_all_is_let_go_of_at_its_end()
    {
        using var question = new QuestionSnapshots(catalog, RowScope.All);
        var begun = catalog.Version.ToString();
        await lake.AddFlowsAsync(TestFlows.Make(73, 10));
        await catalog.RefreshAsync(Token);
        Assert.NotEqual(begun, catalog.Version.ToString());
        Assert.Equal(begun, question.Newest.Version);
        Assert.Equal(begun, question.Give(new SnapshotWanted(question.Id, begun, null)).Version);
        Assert.Null(question.Give(new SnapshotWanted(question.Id, "9.9.9.9", null)).Version);
        var now = catalog.Version.ToString();
        Assert.NotNull(question.Give(Wanted(question, "flows") with { Version = now }).Refused);
        Assert.Equal(now, question.Give(new SnapshotWanted(question.Id, now, null)).Version);
        Assert.Null(question.Give(Wanted(question, "flows") with { Version = now }).Refused);
        await catalog.RefreshAsync(Token);
        Assert.Equal(2, catalog.SnapshotsHeld);
        question.Dispose();
        await catalog.RefreshAsync(Token);
        Assert.Equal(1, catalog.SnapshotsHeld);
        Assert.NotNull(question.Give(new SnapshotWanted(question.Id, begun, null)).Refused);
        Assert.NotNull(question.Give(Wanted(question, "flows")).Refused);
    }

    [Fact]
    public void A_question_holds_so_many_snapshots_and_no_more()
    {
        using var question = new QuestionSnapshots(catalog, RowScope.All);
        var given = Enumerable.Range(0, 30).Select(_ => question.Give(new SnapshotWanted(question.Id, question.Newest.Version, null)).Refused is null).ToArray();
        Assert.Equal(20, given.Count(one => one));
        Assert.All(given[20..], Assert.False);
    }

    private static RelationWanted Wanted(QuestionSnapshots question, string relation) => new(question.Id, question.Newest.Version!, relation, Keyed: true, ImmutableDictionary<string, ValueBounds>.Empty, After: null);
}
