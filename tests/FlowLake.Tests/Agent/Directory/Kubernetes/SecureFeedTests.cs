using System.Net;
using System.Security.Cryptography.X509Certificates;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

/// <summary>The feed over TLS as a kubeconfig describes it.</summary>
public sealed class SecureFeedTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly TestAuthority authority = new();
    private readonly PodDirectory directory = new("node-a");

    public void Dispose()
    {
        authority.Dispose();
        folder.Dispose();
    }

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("::1")]
    public async Task A_kubeconfigs_client_certificate_is_shown_and_believed(string address)
    {
        await using var server = await SecureApiServer.StartAsync(IPAddress.Parse(address), authority);
        await using var feed = new KubernetesFeed(Access(server, authority), directory, TimeProvider.System);

        await feed.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal(DirectoryOutcome.Loaded, feed.Poll());
        Assert.NotNull(directory.Node("node-b"));
        Assert.All(server.Callers, caller => Assert.Equal("CN=agent", caller));
    }

    [Fact]
    public async Task A_client_certificate_of_another_authority_reads_nothing()
    {
        using var foreign = new TestAuthority();
        await using var server = await SecureApiServer.StartAsync(IPAddress.Loopback, authority);
        await using var feed = new KubernetesFeed(Access(server, foreign), directory, TimeProvider.System);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var starting = feed.StartAsync(ending.Token);

        await feed.UntilAsync(() => feed.Counters.Failures >= ResourceKind.All.Length);

        Assert.Empty(server.Callers);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    [Fact]
    public async Task A_server_of_another_authority_is_refused_with_its_name_and_the_authoritys_file_until_that_rotates()
    {
        using var old = new TestAuthority();
        await using var server = await SecureApiServer.StartAsync(IPAddress.Loopback, authority);
        var access = Access(server, authority);
        await File.WriteAllTextAsync(folder["ca.crt"], old.Pem, TestContext.Current.CancellationToken);
        await using var feed = new KubernetesFeed(access, directory, TimeProvider.System);
        var starting = feed.StartAsync(TestContext.Current.CancellationToken);
        await feed.UntilAsync(() => feed.Counters.Failures >= ResourceKind.All.Length);

        Assert.Contains($"the server's certificate (CN=kubernetes) is not of the cluster's authority {folder["ca.crt"]}", feed.Fault, StringComparison.Ordinal);
        Assert.Contains("put the certificate of the authority that signed it there", feed.Fault, StringComparison.Ordinal);
        Assert.StartsWith(server.Address.ToString(), feed.Fault, StringComparison.Ordinal);
        await File.WriteAllTextAsync(folder["ca.crt"], authority.Pem, TestContext.Current.CancellationToken);
        await starting;

        Assert.Equal(DirectoryOutcome.Loaded, feed.Poll());
    }

    [Fact]
    public async Task A_certificate_for_another_address_is_refused_with_the_names_it_is_for() =>
        await RefusedAsync(authority.Issue("kubernetes", IPAddress.Parse("10.96.0.1")), "(CN=kubernetes) is not for the name it was asked by, but for kubernetes, 10.96.0.1; a kubeconfig may say the right one as tls-server-name");

    [Fact]
    public async Task An_expired_certificate_is_refused_with_its_time()
    {
        var expired = authority.Issue("kubernetes", IPAddress.Loopback, isExpired: true);
        await RefusedAsync(expired, $"(CN=kubernetes) is valid from {expired.NotBefore.ToUniversalTime():u} to {expired.NotAfter.ToUniversalTime():u} and not now; renew it or its authority's, or set this node's clock");
    }

    [Fact]
    public async Task Without_an_authority_only_those_this_machine_trusts_are_believed() =>
        await RefusedAsync(authority.Issue("kubernetes", IPAddress.Loopback), "(CN=kubernetes) is of no authority this machine trusts", access => access with { Authority = null });

    [Fact]
    public async Task A_server_that_answers_a_little_at_a_time_is_waited_for()
    {
        await using var server = await SecureApiServer.StartAsync(IPAddress.Loopback, authority);
        server.Write = async (context, body) =>
        {
            foreach (var piece in body.Chunk((body.Length / 10) + 1))
            {
                await context.Response.Body.WriteAsync(piece);
                await context.Response.Body.FlushAsync();
                await Task.Delay(20);
            }
        };
        await using var feed = new KubernetesFeed(Access(server, authority), directory, TimeProvider.System);

        await feed.StartAsync(TestContext.Current.CancellationToken);

        Assert.Equal((0, ResourceKind.All.Length), (feed.Counters.Failures, feed.Counters.Lists));
        Assert.NotNull(directory.Node("node-b"));
    }

    [Fact]
    public async Task A_server_that_never_answers_is_given_up_and_asked_again()
    {
        await using var server = await SecureApiServer.StartAsync(IPAddress.Loopback, authority);
        var answers = server.Write;
        server.Write = (context, _) => Task.Delay(Timeout.Infinite, context.RequestAborted);
        // A busy machine has the whole time to start in.
        await using var feed = new KubernetesFeed(Access(server, authority), directory, new HastyTime(times: 30, below: KubernetesFeed.StartMax));
        var starting = feed.StartAsync(TestContext.Current.CancellationToken);
        await feed.UntilAsync(() => feed.Counters.Failures >= ResourceKind.All.Length && feed.Fault is not null);

        Assert.Contains("the server stands still", feed.Fault, StringComparison.Ordinal);
        server.Write = answers;
        await starting;

        Assert.NotNull(directory.Node("node-b"));
    }

    private async Task RefusedAsync(X509Certificate2 shown, string why, Func<ApiServerAccess, ApiServerAccess>? change = null)
    {
        await using var server = await SecureApiServer.StartAsync(IPAddress.Loopback, authority, shown);
        var access = Access(server, authority);
        await using var feed = new KubernetesFeed(change is null ? access : change(access), directory, TimeProvider.System);
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        var starting = feed.StartAsync(ending.Token);

        await feed.UntilAsync(() => feed.Counters.Failures >= ResourceKind.All.Length);

        Assert.StartsWith(server.Address.ToString(), feed.Fault, StringComparison.Ordinal);
        Assert.Contains(why, feed.Fault, StringComparison.Ordinal);
        Assert.Empty(server.Callers);
        await ending.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => starting);
    }

    /// <summary>As a kubeconfig says, with a client's certificate of that authority and the server's in a file.</summary>
    private ApiServerAccess Access(SecureApiServer server, TestAuthority clients)
    {
        using var certificate = clients.Issue("agent");
        using var key = certificate.GetECDsaPrivateKey()!;
        File.WriteAllText(folder["ca.crt"], authority.Pem);
        File.WriteAllText(folder["client.crt"], certificate.ExportCertificatePem());
        File.WriteAllText(folder["client.key"], key.ExportPkcs8PrivateKeyPem());
        File.WriteAllText(folder["config"], $$$"""
            current-context: here
            contexts: [{name: here, context: {cluster: c, user: u}}]
            clusters: [{name: c, cluster: {server: "{{{server.Address}}}", certificate-authority: ca.crt}}]
            users: [{name: u, user: {client-certificate: client.crt, client-key: client.key}}]
            """);
        return Kubeconfig.Read(folder["config"]);
    }
}
