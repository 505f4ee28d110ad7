using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using Xunit;

namespace FlowLake.Tests.Lake.Tables;

public sealed class TableLogTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly IObjectStore store;

    public TableLogTests() => store = ObjectStores.Open(folder.File("lake"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_table_begins_with_its_schema_and_grows_by_versions()
    {
        var log = Log(store);
        Assert.Same(TableSnapshot.Empty, await log.LoadAsync(cancellationToken: Token));
        var first = await CommitAsync(log, TableSnapshot.Empty, 1);
        var second = await CommitAsync(log, first, 2);
        var loaded = await log.LoadAsync(cancellationToken: Token);
        Assert.Equal((1, 2), (loaded.Version, loaded.CommittedSequence("app")));
        Assert.Equal(second.Transactions, loaded.Transactions);
        Assert.Equal(CoverageColumns.Table.Name, loaded.Metadata!.Name);
        await SoundAsync();
    }

    [Theory]
    [InlineData(1, nameof(PutLie.None))]
    [InlineData(1, nameof(PutLie.AnswerLost))]
    [InlineData(1, nameof(PutLie.SentTwice))]
    [InlineData(2, nameof(PutLie.Lost))]
    [InlineData(3, nameof(PutLie.Lost), nameof(PutLie.Lost))]
    [InlineData(2, nameof(PutLie.Lost), nameof(PutLie.AnswerLost))]
    [InlineData(2, nameof(PutLie.Lost), nameof(PutLie.SentTwice))]
    public async Task A_commit_is_known_to_be_ours_whatever_its_answer_was(int puts, params string[] lies)
    {
        var lying = new LyingStore(store, [.. lies.Select(Enum.Parse<PutLie>)]);
        var snapshot = await CommitAsync(Log(lying), TableSnapshot.Empty, 1);
        Assert.Equal((0, 1), (snapshot.Version, snapshot.CommittedSequence("app")));
        Assert.Equal(puts, lying.Puts);
        Assert.Equal(1, (await Log(store).LoadAsync(cancellationToken: Token)).CommittedSequence("app"));
        await SoundAsync();
    }

    [Theory]
    [InlineData(nameof(PutLie.AnotherFirst))]
    [InlineData(nameof(PutLie.Lost), nameof(PutLie.AnotherFirst))]
    public async Task A_version_another_took_is_a_conflict(params string[] lies)
    {
        var log = Log(new LyingStore(store, [.. lies.Select(Enum.Parse<PutLie>)]));
        Assert.Equal(new CommitResult.Conflict(0), await log.TryCommitAsync(TableSnapshot.Empty, "WRITE", [Moved(1)], cancellationToken: Token));
    }

    [Fact]
    public async Task A_store_that_never_answers_is_an_error_that_names_the_version()
    {
        var log = Log(new LyingStore(store, [.. Enumerable.Repeat(PutLie.Lost, TableLog.AttemptsMax)]));
        var exception = await Assert.ThrowsAsync<IOException>(() => log.TryCommitAsync(TableSnapshot.Empty, "WRITE", [Moved(1)], cancellationToken: Token));
        Assert.Contains("00000000000000000000.json", exception.Message, StringComparison.Ordinal);
        Assert.Contains("500", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Of_many_writers_of_a_version_one_wins_and_the_others_know()
    {
        var results = await Task.WhenAll(Enumerable.Range(0, 16).Select(writer => Task.Run(() => Log(store).TryCommitAsync(TableSnapshot.Empty, "WRITE", [Moved(writer + 1)], cancellationToken: Token))));
        var winner = Assert.Single(results.OfType<CommitResult.Committed>());
        Assert.Equal(15, results.OfType<CommitResult.Conflict>().Count());
        Assert.Equal(winner.Snapshot.CommittedSequence("app"), (await Log(store).LoadAsync(cancellationToken: Token)).CommittedSequence("app"));
        await SoundAsync();
    }

    [Fact]
    public async Task A_version_the_listing_missed_is_read_by_its_name()
    {
        var lying = new LyingStore(store);
        var snapshot = TableSnapshot.Empty;
        for (var version = 0; version < 40; version++)
        {
            snapshot = await CommitAsync(Log(store), snapshot, version + 1);
            if (version is 0 or 7 or 38)
                lying.Unlisted.Add($"coverage/_delta_log/{DeltaPath.CommitFile(version)}");
        }

        Assert.Equal((39, 40), (await Log(lying).LoadAsync(cancellationToken: Token)) is var loaded ? (loaded.Version, loaded.CommittedSequence("app")) : default);
        await SoundAsync();
    }

    [Fact]
    public async Task A_missing_version_is_an_error_that_names_it()
    {
        var snapshot = TableSnapshot.Empty;
        for (var version = 0; version < 3; version++)
            snapshot = await CommitAsync(Log(store), snapshot, version + 1);
        await store.DeleteAsync([$"coverage/_delta_log/{DeltaPath.CommitFile(1)}"], Token);
        var exception = await Assert.ThrowsAsync<DeltaLogException>(() => Log(store).LoadAsync(cancellationToken: Token));
        Assert.Contains("version 1 of table coverage is missing", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_new_column_comes_into_the_table_with_the_first_commit_that_needs_it()
    {
        var older = CoverageColumns.Table with { Columns = [.. CoverageColumns.All.Where(column => column.Name != "unit")] };
        var first = await CommitAsync(new TableLog(store, older, TimeProvider.System), TableSnapshot.Empty, 1);
        var second = await CommitAsync(Log(store), first, 2);
        var third = await CommitAsync(new TableLog(store, older, TimeProvider.System), second, 3);
        Assert.DoesNotContain("\"unit\"", first.Metadata!.SchemaString, StringComparison.Ordinal);
        Assert.Contains("\"unit\"", second.Metadata!.SchemaString, StringComparison.Ordinal);
        Assert.Equal((first.Metadata.Id, second.Metadata.SchemaString), (third.Metadata!.Id, third.Metadata.SchemaString));
        await SoundAsync();
    }

    private async Task SoundAsync() => (await DeltaChecker.CheckAsync(store, "coverage", folder.Path)).Sound();

    private static TableLog Log(IObjectStore store) => new(store, CoverageColumns.Table, TimeProvider.System);

    private static async Task<TableSnapshot> CommitAsync(TableLog log, TableSnapshot basis, long sequence) =>
        Assert.IsType<CommitResult.Committed>(await log.TryCommitAsync(basis, "WRITE", [Moved(sequence)], cancellationToken: Token)).Snapshot;

    private static TransactionAction Moved(long sequence) => new("app", sequence, 0);
}
