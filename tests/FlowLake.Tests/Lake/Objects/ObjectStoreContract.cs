using System.Text;
using FlowLake.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Lake.Objects;

/// <summary>What every store does, whichever it is.</summary>
public abstract class ObjectStoreContract : IAsyncLifetime
{
    private TemporaryFolder local = null!;

    private protected IObjectStore Store { get; private set; } = null!;

    private protected static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>A store of this test's own.</summary>
    private protected abstract Task<IObjectStore> OpenAsync();

    public async ValueTask InitializeAsync()
    {
        Store = await OpenAsync();
        local = new TemporaryFolder();
    }

    public virtual ValueTask DisposeAsync()
    {
        Store.Dispose();
        local.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    public static TheoryData<string> OddKeys => [.. oddKeys];

    private static readonly string[] oddKeys =
    [
        "date=2026-11-21/zone=a%2520b/part.parquet",
        "a%20b",
        "a b",
        "a+b",
        "zürich/ñandú/日本",
        "😀/\uFFFD",
        "q?x=1&y=2#z",
        "quote\"'<>`/{}|\\^",
        "-_.~!$()*,;:@",
        "...",
        " leading and trailing ",
    ];

    [Theory, MemberData(nameof(OddKeys))]
    public async Task Odd_keys_are_put_listed_read_copied_and_deleted_under_their_own_name(string key)
    {
        await Store.PutAsync(key, Bytes(key), Token);
        Assert.IsType<PutOutcome.AlreadyExists>(await Store.PutIfAbsentAsync(key, Bytes("other"), Token));
        Assert.Equal([key], await KeysAsync(""));
        Assert.Equal([key], await KeysAsync(key));
        Assert.Equal(key, Text(await Store.ReadAsync(key, Token)));
        await Store.CopyAsync(key, "copies/" + key, Token);
        Assert.Equal(key, Text(await Store.ReadAsync("copies/" + key, Token)));
        await Store.DeleteAsync([key], Token);
        Assert.Equal(["copies/" + key], await KeysAsync(""));
    }

    [Fact]
    public async Task A_listing_of_several_pages_is_whole_and_in_the_order_of_bytes()
    {
        string[] keys = [.. Enumerable.Range(0, 2345).Select(index => $"many/{index % 7}{(index % 3 == 0 ? "/" : "-")}{index:D4}"), .. oddKeys];
        await Parallel.ForEachAsync(keys, new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (key, token) =>
            await Store.PutAsync(key, Bytes("x"), token));
        Array.Sort(keys, ObjectKey.Order);
        Assert.Equal(keys, await KeysAsync(""));
        Assert.Equal(keys.Where(key => key.StartsWith("many/3", StringComparison.Ordinal)), await KeysAsync("many/3"));
        string middle = keys[keys.Length / 2];
        Assert.Equal(keys[(keys.Length / 2 + 1)..], await KeysAsync("", startAfter: middle));
        await Store.DeleteAsync(keys, Token);
        Assert.Empty(await KeysAsync(""));
    }

    [Fact]
    public async Task Folders_come_where_their_slash_puts_them_among_files()
    {
        string[] keys = ["a!", "a-b", "a.b", "a/b", "a/b-c", "a0", "b"];
        foreach (string key in keys)
            await Store.PutAsync(key, Bytes("x"), Token);
        Assert.Equal(keys, await KeysAsync(""));
    }

    [Theory]
    [InlineData("", null, "a/1 a/2 a/b/3 b/4 bc")]
    [InlineData("a", null, "a/1 a/2 a/b/3")]
    [InlineData("a/", "a/1", "a/2 a/b/3")]
    [InlineData("a/", "a/1a", "a/2 a/b/3")]
    [InlineData("a/", "a/b", "a/b/3")]
    [InlineData("a/", "a/b/", "a/b/3")]
    [InlineData("a/", "a/b/3", "")]
    [InlineData("b", "a/b/3", "b/4 bc")]
    [InlineData("b", "b/4", "bc")]
    [InlineData("", "b", "b/4 bc")]
    [InlineData("", "b/", "b/4 bc")]
    [InlineData("", "b0", "bc")]
    [InlineData("", "zzz", "")]
    [InlineData("a/b/3", null, "a/b/3")]
    [InlineData("a/b/3/", null, "")]
    [InlineData("nothing/here", null, "")]
    public async Task A_listing_keeps_to_its_prefix_and_comes_after_its_start(string prefix, string? startAfter, string expected)
    {
        foreach (string key in new[] { "a/1", "a/2", "a/b/3", "b/4", "bc" })
            await Store.PutAsync(key, Bytes("x"), Token);
        Assert.Equal(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries), await KeysAsync(prefix, startAfter));
    }

    [Fact]
    public async Task A_listing_tells_size_and_time()
    {
        await Store.PutAsync("a", new byte[12345], Token);
        StoredObject found = Assert.Single(await Store.ListAsync("", cancellationToken: Token).ToListAsync(Token));
        Assert.Equal(12345, found.Size);
        Assert.Equal(TimeSpan.Zero, found.LastModified.Offset);
        Assert.Equal(DateTimeOffset.UtcNow.Year, found.LastModified.AddHours(1).Year);
    }

    [Fact]
    public async Task Put_if_absent_creates_once_and_leaves_the_first_content()
    {
        Assert.IsType<PutOutcome.Created>(await Store.PutIfAbsentAsync("log/0.json", Bytes("first"), Token));
        Assert.IsType<PutOutcome.AlreadyExists>(await Store.PutIfAbsentAsync("log/0.json", Bytes("second"), Token));
        Assert.Equal("first", Text(await Store.ReadAsync("log/0.json", Token)));
        await Store.DeleteAsync(["log/0.json"], Token);
        Assert.IsType<PutOutcome.Created>(await Store.PutIfAbsentAsync("log/0.json", Bytes("third"), Token));
    }

    [Fact]
    public async Task Of_twenty_writers_of_a_key_at_most_one_creates_it_and_it_holds_what_that_one_wrote()
    {
        for (int round = 0; round < 20; round++)
        {
            string key = $"race/{round:D2}";
            PutOutcome[] outcomes = await Task.WhenAll(Enumerable.Range(0, 20).Select(writer => Task.Run(() => Store.PutIfAbsentAsync(key, Bytes($"writer {writer}"), Token), Token)));
            // A store may answer 409 to some of many at once, which is no answer; nobody else can have created the object then.
            Assert.All(outcomes, outcome => Assert.True(outcome is PutOutcome.Created or PutOutcome.AlreadyExists or PutOutcome.Unknown { Reason: ['4', '0', '9', ..] }, outcome.ToString()));
            int winner = Assert.Single(Enumerable.Range(0, 20), writer => outcomes[writer] is PutOutcome.Created);
            Assert.Equal($"writer {winner}", Text(await Store.ReadAsync(key, Token)));
        }
    }

    [Fact]
    public async Task Put_replaces_and_empty_objects_are_objects()
    {
        await Store.PutAsync("a", Bytes("long content"), Token);
        await Store.PutAsync("a", ReadOnlyMemory<byte>.Empty, Token);
        Assert.Empty(Assert.IsType<byte[]>(await Store.ReadAsync("a", Token)));
        Assert.Equal(["a"], await KeysAsync("a"));
    }

    [Fact]
    public async Task Only_the_given_part_of_a_buffer_is_put()
    {
        byte[] buffer = Bytes("xxcontentxx");
        await Store.PutAsync("put", buffer.AsMemory(2, 7), Token);
        await Store.PutIfAbsentAsync("created", buffer.AsMemory(2, 7), Token);
        Assert.Equal("content", Text(await Store.ReadAsync("put", Token)));
        Assert.Equal("content", Text(await Store.ReadAsync("created", Token)));
    }

    [Fact]
    public async Task Absent_objects_are_null_to_read_and_an_exception_that_names_them_to_download_or_copy()
    {
        await Store.PutAsync("folder/file", Bytes("x"), Token);
        foreach (string key in new[] { "absent", "absent/deeper", "folder", "folder/file/deeper" })
        {
            Assert.Null(await Store.ReadAsync(key, Token));
            FileNotFoundException download = await Assert.ThrowsAsync<FileNotFoundException>(() => Store.DownloadAsync(key, local.File("target"), cancellationToken: Token));
            Assert.Contains(key, download.Message, StringComparison.Ordinal);
            Assert.Contains(Store.Location.ToString(), download.Message, StringComparison.Ordinal);
            FileNotFoundException copy = await Assert.ThrowsAsync<FileNotFoundException>(() => Store.CopyAsync(key, "target", Token));
            Assert.Contains(key, copy.Message, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(local.Path));
        Assert.Equal(["folder/file"], await KeysAsync(""));
    }

    [Fact]
    public async Task Deleting_absent_objects_and_more_than_a_thousand_is_fine()
    {
        await Store.PutAsync("keep/1", Bytes("x"), Token);
        await Store.PutAsync("gone/1", Bytes("x"), Token);
        await Store.DeleteAsync([], Token);
        await Store.DeleteAsync([.. Enumerable.Range(0, 1500).Select(index => $"gone/{index}"), "no/such/folder", "keep"], Token);
        Assert.Equal(["keep/1"], await KeysAsync(""));
    }

    [Fact]
    public async Task Files_go_up_and_come_down_unchanged()
    {
        byte[] content = new byte[3 << 20];
        new Random(3).NextBytes(content);
        await File.WriteAllBytesAsync(local.File("source"), content, Token);
        await File.WriteAllTextAsync(local.File("target"), "older", Token);
        await Store.UploadAsync("a/b", local.File("source"), Token);
        await Store.DownloadAsync("a/b", local.File("target"), cancellationToken: Token);
        Assert.Equal(content, await File.ReadAllBytesAsync(local.File("target"), Token));
        Assert.Equal(content, await Store.ReadAsync("a/b", Token));
        Assert.Equal(["source", "target"], Directory.EnumerateFiles(local.Path).Select(Path.GetFileName).Order());
        Assert.Contains("nowhere", (await Assert.ThrowsAsync<FileNotFoundException>(() => Store.UploadAsync("x", local.File("nowhere"), Token))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Malformed_keys_are_refused_by_every_method()
    {
        const string bad = "a/../../b";
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.ListAsync(bad, cancellationToken: Token).ToListAsync(Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.ReadAsync(bad, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.DownloadAsync(bad, local.File("x"), cancellationToken: Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.PutIfAbsentAsync(bad, default, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.PutAsync(bad, default, Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.UploadAsync(bad, local.File("x"), Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.CopyAsync(bad, "x", Token));
        await Assert.ThrowsAsync<ArgumentException>(() => Store.CopyAsync("x", bad, Token));
        await Assert.ThrowsAsync<ArgumentException>(async () => await Store.DeleteAsync([bad], Token));
        Assert.Throws<ArgumentException>(() => Store.LocalPath(bad));
    }

    private protected async Task<string[]> KeysAsync(string prefix, string? startAfter = null) =>
        [.. await Store.ListAsync(prefix, startAfter, Token).Select(found => found.Key).ToListAsync(Token)];

    private protected static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private protected static string? Text(byte[]? content) => content is null ? null : Encoding.UTF8.GetString(content);
}
