using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using Xunit;

namespace FlowLake.Tests.Lake.Tables;

public sealed class TableReplicaTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly IObjectStore store;
    private TableSnapshot snapshot = TableSnapshot.Empty;

    public TableReplicaTests() => store = ObjectStores.Open(folder.File("lake"));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        store.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_replica_follows_the_table_version_by_version(bool inPlace)
    {
        var replica = Replica(inPlace);
        Assert.False(await replica.RefreshAsync(Token));
        await CommitAsync("date=2026-11-21/a.parquet", "first");
        await CommitAsync("date=2026-11-21/zone=a%20b/b.parquet", "second");
        Assert.True(await replica.RefreshAsync(Token));
        Assert.False(await replica.RefreshAsync(Token));
        Assert.Equal(["first", "second"], Contents(replica));
        var before = replica.Current;
        await CommitAsync("c.parquet", "third");
        Assert.True(await replica.RefreshAsync(Token));
        Assert.Equal((1, 2), (before.Snapshot.Version, replica.Current.Snapshot.Version));
        Assert.Equal(["first", "second", "third"], Contents(replica));
        Assert.Equal(!inPlace, Directory.Exists(folder.File("cache")));
    }

    [Fact]
    public async Task A_copy_of_another_size_than_the_logs_is_an_error_and_the_replica_stays_where_it_was()
    {
        var replica = Replica(inPlace: false);
        await CommitAsync("a.parquet", "first");
        await replica.RefreshAsync(Token);
        await CommitAsync("b.parquet", "second", claimed: 99);
        var exception = await Assert.ThrowsAsync<IOException>(() => replica.RefreshAsync(Token));
        Assert.Contains("99", exception.Message, StringComparison.Ordinal);
        Assert.Equal(["first"], Contents(replica));
    }

    private static IEnumerable<string> Contents(TableReplica replica) => replica.Current.Files.Select(file => File.ReadAllText(file.LocalPath)).Order(StringComparer.Ordinal);

    private TableReplica Replica(bool inPlace) => new(inPlace ? store : new DistantStore(store), CoverageColumns.Table, folder.File("cache"), TimeProvider.System);

    private async Task CommitAsync(string path, string content, long? claimed = null)
    {
        await store.PutAsync("coverage/" + path, System.Text.Encoding.UTF8.GetBytes(content), Token);
        var add = new AddAction(DeltaPath.Encode(path), ImmutableSortedDictionary<string, string?>.Empty.Add("date", "2026-11-21"), claimed ?? content.Length, 1, DataChange: true, null, null);
        snapshot = Assert.IsType<CommitResult.Committed>(await new TableLog(store, CoverageColumns.Table, TimeProvider.System).TryCommitAsync(snapshot, "WRITE", [add], cancellationToken: Token)).Snapshot;
    }
}
