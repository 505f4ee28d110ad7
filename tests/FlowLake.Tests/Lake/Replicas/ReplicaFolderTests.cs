using FlowLake.Lake.Objects;
using FlowLake.Lake.Replicas;
using Xunit;

namespace FlowLake.Tests.Lake.Replicas;

/// <summary>A folder of copies that several processes share: each has an instance of its own here, as it would.</summary>
public sealed class ReplicaFolderTests : IDisposable
{
    private readonly TemporaryFolder temporary = new();
    private readonly FailingStore store;

    public ReplicaFolderTests() => store = new FailingStore(ObjectStores.Open(temporary.File("lake")));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string Files => Path.Combine(Directory.GetDirectories(temporary.File("cache")).Single(), "files", "flows");

    public void Dispose() => temporary.Dispose();

    [Fact]
    public async Task A_file_that_another_process_has_is_not_downloaded_again_and_stays_while_one_of_them_needs_it()
    {
        await store.PutAsync("flows/a.parquet", "content"u8.ToArray(), Token);
        using var one = Open();
        using var other = Open();
        Assert.True(await one.FetchAsync(Name("a"), 7, store, "flows/a.parquet", Token));
        Assert.Null(other.Find(Name("a"), 7));
        Assert.False(await other.FetchAsync(Name("a"), 7, store, "flows/a.parquet", Token));
        Assert.Single(store.Downloads);
        one.Keep(new HashSet<ReplicaName>());
        Assert.Equal((0, 0), (one.Bytes, one.Deleted));
        Assert.Null(one.Find(Name("a"), 7));
        Assert.Equal("content", await File.ReadAllTextAsync(other.Find(Name("a"), 7)!, Token));
        Assert.Single(Directory.GetFiles(Files));
        other.Keep(new HashSet<ReplicaName>());
        Assert.Equal(1, other.Deleted);
        Assert.Empty(Directory.GetFiles(Files));
    }

    [Fact]
    public async Task Two_processes_that_fetch_one_file_at_once_both_have_it_and_it_lies_there_once()
    {
        await store.PutAsync("flows/a.parquet", new byte[100_000], Token);
        using var one = Open();
        using var other = Open();
        await Task.WhenAll(new[] { one, other }.Select(folder => Task.Run(() => folder.FetchAsync(Name("a"), 100_000, store, "flows/a.parquet", Token), Token)));
        Assert.All([one, other], folder => Assert.Equal(100_000, new FileInfo(folder.Find(Name("a"), 100_000)!).Length));
        Assert.Equal(3u, Posix.LinkCount(Path.Combine(Files, "a")));
    }

    [Fact]
    public async Task A_copy_of_another_size_is_an_error_and_leaves_nothing()
    {
        await store.PutAsync("flows/a.parquet", "content"u8.ToArray(), Token);
        using var folder = Open();
        foreach (var told in new[] { 6, 8 })
        {
            var exception = await Assert.ThrowsAsync<IOException>(() => folder.FetchAsync(Name("a"), told, store, "flows/a.parquet", Token));
            Assert.Contains($"{told}", exception.Message, StringComparison.Ordinal);
            Assert.Empty(Directory.GetFiles(folder.FolderOf("flows")));
        }

        Assert.Empty(Directory.GetFiles(Files));
        Assert.Equal(0, folder.Bytes);
    }

    [Fact]
    public async Task A_file_in_the_folder_that_has_another_size_than_the_logs_is_fetched_anew()
    {
        await store.PutAsync("flows/a.parquet", "content"u8.ToArray(), Token);
        Open().Dispose();
        await File.WriteAllTextAsync(Path.Combine(Files, "a"), "torn", Token);
        using var folder = Open();
        Assert.Null(folder.Find(Name("a"), 7));
        Assert.True(await folder.FetchAsync(Name("a"), 7, store, "flows/a.parquet", Token));
        Assert.Equal("content", await File.ReadAllTextAsync(folder.Find(Name("a"), 7)!, Token));
        Assert.Equal("content", await File.ReadAllTextAsync(Path.Combine(Files, "a"), Token));
    }

    [Fact]
    public async Task What_killed_processes_left_is_taken_on_or_deleted_by_the_next_or_by_one_that_goes_on()
    {
        await store.PutAsync("flows/a.parquet", "content"u8.ToArray(), Token);
        using (var first = Open())
            await first.FetchAsync(Name("a"), 7, store, "flows/a.parquet", Token);
        var left = Leave("b");
        using var next = Open();
        Assert.False(Directory.Exists(left));
        Assert.NotNull(next.Find(Name("a"), 7));
        Assert.NotNull(next.Find(Name("b"), 4));
        next.Keep(new HashSet<ReplicaName> { Name("a") });
        Assert.Equal(["a"], Directory.GetFiles(Files).Select(Path.GetFileName));
        left = Leave("c");
        next.Sweep();
        next.Keep(new HashSet<ReplicaName> { Name("a") });
        Assert.False(Directory.Exists(left));
        Assert.Equal(["a"], Directory.GetFiles(Files).Select(Path.GetFileName));
        Assert.Equal(7, next.Bytes);
    }

    [Fact]
    public void Lakes_of_other_places_have_folders_of_their_own()
    {
        using var one = Open();
        using var other = new ReplicaFolder(temporary.File("cache"), new FailingStore(ObjectStores.Open(temporary.File("other"))), ["flows"]);
        Assert.NotEqual(one.Root, other.Root);
        using var here = ObjectStores.Open("s3://bucket/lake?endpoint=http://127.0.0.1:1");
        using var there = ObjectStores.Open("s3://bucket/lake?endpoint=http://127.0.0.1:2");
        Assert.NotEqual(here.Identity, there.Identity);
    }

    // As a process that is killed leaves it: its folder, unlocked, with a file that it had and half of one.
    private string Leave(string file)
    {
        var folder = Path.Combine(Path.GetDirectoryName(Path.GetDirectoryName(Files))!, "processes", "dead");
        Directory.CreateDirectory(Path.Combine(folder, "flows"));
        File.WriteAllText(folder + ".lock", "");
        File.WriteAllText(Path.Combine(folder, "flows", file), "left");
        File.WriteAllText(Path.Combine(folder, "flows", "half.partial"), "le");
        Assert.Equal(Posix.Error.None, Posix.Link(Path.Combine(folder, "flows", file), Path.Combine(Files, file)));
        return folder;
    }

    private ReplicaFolder Open() => new(temporary.File("cache"), store, ["flows"]);

    private static ReplicaName Name(string file) => new("flows", file);
}
