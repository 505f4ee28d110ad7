using FlowLake.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Lake.Objects;

[Collection(S3ServerCollection.Name)]
public sealed class S3ObjectStoreTests(S3ServerFixture server) : ObjectStoreContract
{
    private protected override async Task<IObjectStore> OpenAsync() => ObjectStores.Open(await server.CreateLakeAsync("some lake/ü"));

    [Fact]
    public void Objects_are_nowhere_on_this_machine() => Assert.Null(Store.LocalPath("a"));

    [Fact]
    public async Task Stores_of_one_bucket_under_different_prefixes_do_not_see_each_other()
    {
        string lake = await server.CreateLakeAsync("a");
        using IObjectStore first = ObjectStores.Open(lake);
        using IObjectStore second = ObjectStores.Open(lake.Replace("/a?", "/ab?", StringComparison.Ordinal));
        await first.PutAsync("key", Bytes("x"), Token);
        Assert.Null(await second.ReadAsync("key", Token));
        Assert.Empty(await second.ListAsync("", cancellationToken: Token).ToListAsync(Token));
    }

    [Fact]
    public async Task What_other_tools_put_there_and_is_no_key_is_not_listed()
    {
        string lake = await server.CreateLakeAsync("a");
        using IObjectStore store = ObjectStores.Open(lake);
        using (Amazon.S3.AmazonS3Client client = server.Client())
        {
            foreach (string name in new[] { "a/", "a/folder/", "a/folder/x" })
                await client.PutObjectAsync(new Amazon.S3.Model.PutObjectRequest { BucketName = store.Location.Host, Key = name, ContentBody = "" }, Token);
        }
        Assert.Equal(["folder/x"], await store.ListAsync("", cancellationToken: Token).Select(found => found.Key).ToListAsync(Token));
    }

    [Fact]
    public async Task A_missing_bucket_is_named_with_the_way_out()
    {
        using IObjectStore store = ObjectStores.Open($"s3://no-such-bucket/lake?endpoint={server.Endpoint}");
        Func<Task>[] deeds =
        [
            () => store.ReadAsync("a", Token),
            () => store.PutAsync("a", Bytes("x"), Token),
            () => store.PutIfAbsentAsync("a", Bytes("x"), Token),
            async () => await store.ListAsync("", cancellationToken: Token).ToListAsync(Token),
            () => store.DeleteAsync(["a"], Token),
        ];
        // Several times, as a refusal must not spoil the connection for the next request.
        foreach (Func<Task> deed in Enumerable.Repeat(deeds, 10).SelectMany(all => all))
        {
            string message = (await Assert.ThrowsAsync<ObjectStoreException>(deed)).Message;
            Assert.Contains("s3://no-such-bucket/lake", message, StringComparison.Ordinal);
            Assert.Contains("Create the bucket", message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_caller_that_cancels_gets_its_cancellation()
    {
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.PutIfAbsentAsync("a", Bytes("x"), cancelled.Token));
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => Store.ReadAsync("a", cancelled.Token));
    }
}
