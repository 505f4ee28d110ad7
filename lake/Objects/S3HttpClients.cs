using Amazon.Runtime;

namespace FlowLake.Lake.Objects;

/// <summary>The HTTP below the SDK.</summary>
internal sealed class S3HttpClients(TimeSpan silence, TimeProvider timeProvider) : HttpClientFactory
{
    private static readonly TimeSpan connectTimeout = TimeSpan.FromSeconds(10);

    // Connections are renewed, so that a long-lived process follows the name when it moves to other addresses.
    private static readonly TimeSpan connectionLifetime = TimeSpan.FromMinutes(15);

    public override HttpClient CreateHttpClient(IClientConfig clientConfig)
    {
        var sockets = new SocketsHttpHandler { ConnectTimeout = connectTimeout, PooledConnectionLifetime = connectionLifetime, AllowAutoRedirect = false };
        return new HttpClient(new ImmediateBody(new SilenceLimit(silence, timeProvider, sockets)), disposeHandler: true) { Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Null means one HTTP client for each client of the SDK, disposed with it; without the SDK's cache there would be one for every request.</summary>
    public override string? GetConfigUniqueString(IClientConfig clientConfig) => null;

    public override bool UseSDKHttpClientCaching(IClientConfig clientConfig) => true;

    /// <summary>
    /// Sends content without waiting for "100 Continue". The SDK asks for it with every put, but .NET sends a body below 1 kB even after a refusal, and
    /// Ceph's gateway takes that body for the connection's next request: its answer, 400, was then given to whatever we asked next.
    /// </summary>
    private sealed class ImmediateBody(HttpMessageHandler inner) : DelegatingHandler(inner)
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.ExpectContinue = false;
            return base.SendAsync(request, cancellationToken);
        }
    }
}
