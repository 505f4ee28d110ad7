using System.Text;
using FlowLake.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Lake.Objects;

/// <summary>What the S3 store answers when the answers it gets are lost or lie.</summary>
[Collection(S3ServerCollection.Name)]
public sealed class S3FaultTests(S3ServerFixture server) : IAsyncLifetime
{
    private FaultProxy proxy = null!;
    private S3Address address = null!;
    private S3ObjectStore store = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        proxy = new FaultProxy(server.Endpoint);
        var lake = new Uri(await server.CreateLakeAsync("lake"));
        address = new S3Address(lake.Host, "lake", proxy.Endpoint, region: null);
        store = new S3ObjectStore(address, TimeProvider.System, new S3Timeouts { PutIfAbsent = TimeSpan.FromSeconds(1), Silence = TimeSpan.FromSeconds(2) });
    }

    public async ValueTask DisposeAsync()
    {
        store.Dispose();
        await proxy.DisposeAsync();
    }

    [Theory]
    [InlineData(Fault.ServerErrorAfterwards, true, "500 InternalError")]
    [InlineData(Fault.CutAfterwards, true, "no answer")]
    [InlineData(Fault.CutWithinHead, true, "no answer")]
    [InlineData(Fault.SilenceAfterwards, true, "no answer within 1 s")]
    [InlineData(Fault.ServerErrorInstead, false, "500 InternalError")]
    public async Task Put_if_absent_is_sent_once_and_says_unknown_whether_the_object_is_there_or_not(Fault fault, bool stored, string reason)
    {
        // On a connection that was used before: only there does the SDK believe in a stale one and send again.
        Assert.IsType<PutOutcome.Created>(await store.PutIfAbsentAsync("log/0.json", "zero"u8.ToArray(), Token));
        proxy.Inject(fault, IsPutOf("log/1.json"));
        PutOutcome outcome = await store.PutIfAbsentAsync("log/1.json", "one"u8.ToArray(), Token);
        Assert.Contains(reason, Assert.IsType<PutOutcome.Unknown>(outcome).Reason, StringComparison.Ordinal);
        Assert.Single(proxy.Requests, request => IsPutOf("log/1.json")(request));
        byte[]? found = await store.ReadAsync("log/1.json", Token);
        Assert.Equal(stored ? "one" : null, found is null ? null : Encoding.UTF8.GetString(found));
    }

    [Fact]
    public async Task Put_if_absent_over_an_object_whose_refusal_is_lost_is_unknown_and_leaves_it()
    {
        await store.PutAsync("log/0.json", "theirs"u8.ToArray(), Token);
        proxy.Inject(Fault.CutAfterwards, IsPutOf("log/0.json"));
        Assert.IsType<PutOutcome.Unknown>(await store.PutIfAbsentAsync("log/0.json", "ours"u8.ToArray(), Token));
        Assert.Equal("theirs"u8.ToArray(), await store.ReadAsync("log/0.json", Token));
    }

    [Theory]
    [InlineData(Fault.ServerErrorAfterwards)]
    [InlineData(Fault.ServerErrorInstead)]
    [InlineData(Fault.CutAfterwards)]
    [InlineData(Fault.SilenceAfterwards)]
    [InlineData(Fault.SilenceWithinBody)]
    public async Task All_else_is_retried(Fault fault)
    {
        await store.PutAsync("warm", default, Token);
        foreach (string method in new[] { "PUT", "GET", "POST" })
            proxy.Inject(fault, request => request.StartsWith(method, StringComparison.Ordinal));
        await store.PutAsync("a", "content"u8.ToArray(), Token);
        Assert.Equal("content"u8.ToArray(), await store.ReadAsync("a", Token));
        proxy.Inject(fault, request => request.Contains("list-type=2", StringComparison.Ordinal));
        Assert.Equal(2, (await store.ListAsync("", cancellationToken: Token).ToListAsync(Token)).Count);
        await store.DeleteAsync(["a"], Token);
        Assert.Null(await store.ReadAsync("a", Token));
    }

    [Theory]
    [InlineData(Fault.SilenceInstead, false, "no answer within 0.2 s")]
    [InlineData(Fault.SilenceWithinBody, false, "no further byte within 0.2 s")]
    [InlineData(Fault.SilenceWithinBody, true, "no further byte within 0.2 s")]
    public async Task What_stays_silent_is_refused_and_says_so(Fault fault, bool listed, string reason)
    {
        await store.PutAsync("a", "content"u8.ToArray(), Token);
        using var hasty = new S3ObjectStore(address, TimeProvider.System, new S3Timeouts { Silence = TimeSpan.FromSeconds(0.2) });
        for (int request = 0; request < 100; request++)
            proxy.Inject(fault, _ => true);

        var refusal = await Assert.ThrowsAsync<ObjectStoreException>(() => listed ? hasty.ListAsync("", cancellationToken: Token).ToListAsync(Token).AsTask() : hasty.ReadAsync("a", Token));
        Assert.Contains(reason, refusal.Message, StringComparison.Ordinal);
        Assert.Contains("reachable from here?", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Requests_after_one_another_share_a_connection()
    {
        for (int round = 0; round < 10; round++)
        {
            await store.PutAsync("a", new byte[100], Token);
            await store.ReadAsync("a", Token);
            Assert.IsType<PutOutcome.AlreadyExists>(await store.PutIfAbsentAsync("a", new byte[100], Token));
        }
        Assert.Equal(2, proxy.Connections); // One for what is retried, one for what is not.
    }

    [Fact]
    public async Task An_object_that_breaks_off_is_read_again_and_never_half_in_place()
    {
        using var local = new TemporaryFolder();
        byte[] content = new byte[1 << 20];
        new Random(4).NextBytes(content);
        await store.PutAsync("a", content, Token);

        for (int attempt = 0; attempt < 2; attempt++)
            proxy.Inject(Fault.CutWithinBody, request => request.StartsWith("GET", StringComparison.Ordinal));
        await store.DownloadAsync("a", local.File("target"), cancellationToken: Token);
        Assert.Equal(content, await File.ReadAllBytesAsync(local.File("target"), Token));

        for (int attempt = 0; attempt < 3; attempt++)
            proxy.Inject(Fault.CutWithinBody, request => request.StartsWith("GET", StringComparison.Ordinal));
        ObjectStoreException failure = await Assert.ThrowsAsync<ObjectStoreException>(() => store.DownloadAsync("a", local.File("other"), cancellationToken: Token));
        Assert.Contains("download a", failure.Message, StringComparison.Ordinal);
        Assert.Equal([local.File("target")], Directory.EnumerateFileSystemEntries(local.Path));
    }

    private static Func<string, bool> IsPutOf(string key) => request => request.StartsWith("PUT ", StringComparison.Ordinal) && request.Contains(key, StringComparison.Ordinal);
}
