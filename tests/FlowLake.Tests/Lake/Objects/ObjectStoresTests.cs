using System.Net;
using System.Net.Sockets;
using FlowLake.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Lake.Objects;

public sealed class ObjectStoresTests
{
    [Theory]
    [InlineData("/srv/lake", "file:///srv/lake/")]
    [InlineData("/srv/lake/", "file:///srv/lake/")]
    [InlineData("/srv/a%20b c", "file:///srv/a%2520b%20c/")]
    [InlineData("file:///srv/a%20b", "file:///srv/a%20b/")]
    [InlineData("/", "file:///")]
    [InlineData("s3://bucket?region=eu-central-1", "s3://bucket/")]
    [InlineData("s3://bucket/some/prefix/?region=eu-central-1", "s3://bucket/some/prefix")]
    [InlineData("s3://bucket/a%20b?region=eu-central-1&endpoint=https://s3.example:9000", "s3://bucket/a%20b")]
    public void A_users_text_opens_a_store_and_its_location_names_it(string lake, string location)
    {
        using IObjectStore store = ObjectStores.Open(lake);
        Assert.Equal(location, store.Location.AbsoluteUri);
    }

    [Theory]
    [InlineData("file://srv/lake", "three slashes")]
    [InlineData("gs://bucket/prefix", "there is no store for gs:")]
    [InlineData("s3:///prefix", "comes the bucket")]
    [InlineData("s3://host:9000/bucket", "belongs into endpoint=")]
    [InlineData("s3://bucket/a//b", "cannot begin")]
    [InlineData("s3://bucket/a?endpiont=http://x", "\"endpiont\" is no option; there are endpoint and region")]
    [InlineData("s3://bucket/a?endpoint=127.0.0.1:9000", "no http or https URL")]
    public void What_names_no_store_is_refused_with_the_reason_and_the_way_out(string lake, string reason)
    {
        string message = Assert.Throws<FormatException>(() => ObjectStores.Open(lake)).Message;
        Assert.Contains(reason, message, StringComparison.Ordinal);
        Assert.Contains("Write a folder", message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("s3://key:secret@bucket/prefix")]
    [InlineData("s3://bucket/prefix?secret=secret")]
    public void Credentials_in_the_text_are_refused_and_not_repeated(string lake)
    {
        string message = Assert.Throws<FormatException>(() => ObjectStores.Open(lake)).Message;
        Assert.DoesNotContain("key:secret", message, StringComparison.Ordinal);
        Assert.DoesNotContain("=secret", message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_relative_path_is_one_from_the_current_folder()
    {
        using IObjectStore store = ObjectStores.Open(".flowlake/lake");
        Assert.Equal(Path.Combine(Environment.CurrentDirectory, ".flowlake/lake/a/b"), store.LocalPath("a/b"));
    }

    [Fact]
    public async Task A_server_that_is_not_there_makes_a_put_if_absent_unknown_and_the_rest_an_exception_that_names_it()
    {
        S3ServerFixture.UseCredentials();
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        string endpoint = $"http://{listener.LocalEndpoint}/";
        listener.Stop();
        using IObjectStore store = ObjectStores.Open($"s3://bucket?endpoint={endpoint}");
        Assert.IsType<PutOutcome.Unknown>(await store.PutIfAbsentAsync("a", "x"u8.ToArray(), TestContext.Current.CancellationToken));
        Assert.Contains(endpoint, (await Assert.ThrowsAsync<ObjectStoreException>(() => store.ReadAsync("a", TestContext.Current.CancellationToken))).Message, StringComparison.Ordinal);
    }
}
