using System.Diagnostics;
using FlowLake.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Lake.Objects;

public sealed class DirectoryObjectStoreTests : ObjectStoreContract
{
    private readonly TemporaryFolder folder = new();

    private string Root => folder.File("lake");

    private string Staging => Path.Combine(Root, ObjectKey.ReservedSegment);

    private protected override Task<IObjectStore> OpenAsync() => Task.FromResult(ObjectStores.Open(Root));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        folder.Dispose();
    }

    [Fact]
    public async Task A_folder_that_is_not_there_is_an_empty_lake_and_is_made_by_the_first_write()
    {
        Assert.Empty(await KeysAsync(""));
        Assert.Null(await Store.ReadAsync("a", Token));
        await Store.DeleteAsync(["a"], Token);
        Assert.False(Directory.Exists(Root));
        await Store.PutAsync("a", Bytes("x"), Token);
        Assert.True(Directory.Exists(Root));
    }

    [Fact]
    public async Task Objects_are_files_of_the_same_name_to_be_read_in_place()
    {
        await Store.PutAsync("date=1/zone=a%20b/x.parquet", Bytes("content"), Token);
        Assert.Equal(Path.Combine(Root, "date=1", "zone=a%20b", "x.parquet"), Store.LocalPath("date=1/zone=a%20b/x.parquet"));
        Assert.Equal("content", await File.ReadAllTextAsync(Store.LocalPath("date=1/zone=a%20b/x.parquet")!, Token));
    }

    [Fact]
    public async Task Nothing_is_left_in_the_staging_folder_and_folders_go_with_their_last_object()
    {
        await Store.PutAsync("a/b/1", Bytes("x"), Token);
        await Store.PutAsync("a/2", Bytes("x"), Token);
        await Store.PutIfAbsentAsync("a/2", Bytes("x"), Token);
        await Store.CopyAsync("a/2", "c/d/3", Token);
        await Store.DeleteAsync(["a/b/1", "c/d/3"], Token);
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
        Assert.Equal([Staging, Path.Combine(Root, "a"), Path.Combine(Root, "a", "2")], Directory.EnumerateFileSystemEntries(Root, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task A_key_that_goes_on_where_an_object_ends_is_refused_with_the_reason()
    {
        await Store.PutAsync("a/b", Bytes("x"), Token);
        foreach (string key in new[] { "a", "a/b/c" })
        {
            Assert.Contains("cannot go on", (await Assert.ThrowsAsync<IOException>(() => Store.PutAsync(key, Bytes("y"), Token))).Message, StringComparison.Ordinal);
            Assert.Contains("cannot go on", (await Assert.ThrowsAsync<IOException>(() => Store.PutIfAbsentAsync(key, Bytes("y"), Token))).Message, StringComparison.Ordinal);
        }
        Assert.Empty(Directory.EnumerateFileSystemEntries(Staging));
    }

    [Fact]
    public async Task Links_are_not_followed_by_a_listing()
    {
        await Store.PutAsync("a", Bytes("x"), Token);
        File.CreateSymbolicLink(Path.Combine(Root, "link"), "/etc/passwd");
        Directory.CreateSymbolicLink(Path.Combine(Root, "links"), "/etc");
        Assert.Equal(["a"], await KeysAsync(""));
    }

    [Fact]
    public async Task A_listing_survives_what_vanishes_while_it_is_read()
    {
        foreach (string key in new[] { "a/1", "a/2", "b/1", "c/1" })
            await Store.PutAsync(key, Bytes("x"), Token);
        await using IAsyncEnumerator<StoredObject> listing = Store.ListAsync("", cancellationToken: Token).GetAsyncEnumerator(Token);
        Assert.True(await listing.MoveNextAsync());
        Assert.Equal("a/1", listing.Current.Key);
        await Store.DeleteAsync(["a/2", "b/1"], Token); // A file already seen, and a whole folder not yet read.
        Assert.True(await listing.MoveNextAsync());
        Assert.Equal("c/1", listing.Current.Key);
        Assert.False(await listing.MoveNextAsync());
    }

    [Fact]
    public async Task Leftovers_of_dead_writers_go_after_a_day_and_no_sooner()
    {
        Directory.CreateDirectory(Staging);
        DateTime now = DateTime.UtcNow;
        foreach ((string name, TimeSpan age) in new[] { ("old", DirectoryStaging.LeftoverAge + TimeSpan.FromMinutes(1)), ("young", DirectoryStaging.LeftoverAge - TimeSpan.FromMinutes(10)) })
        {
            await File.WriteAllTextAsync(Path.Combine(Staging, name), "half", Token);
            File.SetLastWriteTimeUtc(Path.Combine(Staging, name), now - age);
        }
        Assert.Empty(await KeysAsync(""));
        await Store.PutAsync("a", Bytes("x"), Token);
        Assert.Equal(["young"], Directory.EnumerateFiles(Staging).Select(Path.GetFileName));
    }

    [Fact]
    public async Task Writers_and_deleters_of_the_same_folder_do_not_trip_over_each_other()
    {
        await Parallel.ForEachAsync(Enumerable.Range(0, 8), new ParallelOptions { MaxDegreeOfParallelism = 8, CancellationToken = Token }, async (writer, token) =>
        {
            for (int round = 0; round < 50; round++)
            {
                string key = $"deep/er/{writer}";
                Assert.IsType<PutOutcome.Created>(await Store.PutIfAbsentAsync(key, Bytes("x"), token));
                await Store.DeleteAsync([key], token);
            }
        });
        Assert.Equal([Staging], Directory.EnumerateFileSystemEntries(Root));
    }

    [Fact]
    public async Task Of_eight_processes_that_put_fifty_keys_each_key_has_one_winner_and_its_content()
    {
        const int keys = 50;
        Process[] writers = [.. Enumerable.Range(0, 8).Select(writer => ChildProcess.Start(ObjectWriter.Race, Root, $"writer {writer}", $"{keys}"))];
        foreach (Process writer in writers)
            Assert.Equal("ready", await writer.StandardOutput.ReadLineAsync(Token));
        foreach (Process writer in writers)
            await writer.StandardInput.WriteLineAsync("go");
        var winners = new Dictionary<string, string>();
        for (int index = 0; index < writers.Length; index++)
        {
            using Process writer = writers[index];
            Task<string> complaints = writer.StandardError.ReadToEndAsync(Token);
            string[] won = (await writer.StandardOutput.ReadToEndAsync(Token)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
            await writer.WaitForExitAsync(Token);
            Assert.Equal("", await complaints);
            Assert.Equal(0, writer.ExitCode);
            foreach (string key in won)
                Assert.True(winners.TryAdd(key, $"writer {index}"), $"{key} was won by {index} and by {winners[key]}");
        }
        Assert.Equal(Enumerable.Range(0, keys).Select(ObjectWriter.Key), await KeysAsync("race/"));
        foreach (string key in await KeysAsync("race/"))
            Assert.Equal(winners[key], Text(await Store.ReadAsync(key, Token)));
    }

    [Fact]
    public async Task A_writer_killed_at_any_moment_leaves_no_half_object()
    {
        for (int round = 0; round < 6; round++)
        {
            using Process writer = ChildProcess.Start(ObjectWriter.Endless, Root);
            for (int line = 0; line <= round; line++)
                Assert.NotNull(await writer.StandardOutput.ReadLineAsync(Token));
            writer.Kill();
            await writer.WaitForExitAsync(Token);
            string[] keys = await KeysAsync("");
            Assert.NotEmpty(keys);
            foreach (string key in keys)
                Assert.True(ObjectWriter.IsWhole(Assert.IsType<byte[]>(await Store.ReadAsync(key, Token))), key);
        }
    }
}
