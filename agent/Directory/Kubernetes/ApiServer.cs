using System.Net.Http.Headers;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Requests to the API server. Safe for several threads.</summary>
/// <param name="access">Where it is.</param>
internal sealed class ApiServer(ApiServerAccess access) : IDisposable
{
    /// <summary>Longest text of a refusal that is read, in bytes.</summary>
    private const int RefusalBytesMax = 64 << 10;

    private readonly HttpClient client = new(Handler(access)) { BaseAddress = access.Server, Timeout = Timeout.InfiniteTimeSpan };

    /// <summary>Starts reading an answer.</summary>
    /// <exception cref="ApiRefusedException">The server said no.</exception>
    /// <exception cref="HttpRequestException">It cannot be reached, or is not who it should be.</exception>
    /// <exception cref="IOException">The token cannot be read.</exception>
    public async Task<HttpResponseMessage> GetAsync(string path, string accept, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        request.Headers.TryAddWithoutValidation("Accept", accept);
        // Read for every request: the kubelet puts a new token there long before the old one ends.
        if (access.Token is { } token)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token.Read().Trim());

        var response = await client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
        if (response.IsSuccessStatusCode)
            return response;
        using (response)
            throw new ApiRefusedException((int)response.StatusCode, $"{(int)response.StatusCode} {await RefusalAsync(response, cancellationToken)}");
    }

    public void Dispose() => client.Dispose();

    private static async Task<string> RefusalAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var buffer = new byte[RefusalBytesMax];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        var length = await body.ReadAtLeastAsync(buffer, buffer.Length, throwOnEndOfStream: false, cancellationToken);
        try
        {
            using var status = JsonDocument.Parse(buffer.AsMemory(0, length));
            return status.RootElement.TryGetProperty("message", out var message) ? message.ToString() : "";
        }
        catch (JsonException)
        {
            return response.ReasonPhrase ?? "";
        }
    }

    private static SocketsHttpHandler Handler(ApiServerAccess access)
    {
        var handler = new SocketsHttpHandler
        {
            // What stands between a pod and its API server is the cluster's own; a proxy for the internet is not asked.
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            ConnectTimeout = TimeSpan.FromSeconds(10),
            PooledConnectionLifetime = TimeSpan.FromMinutes(10),
        };
        handler.SslOptions.TargetHost = access.ServerName;
        if (access.ClientCertificate is { } shown && access.ClientKey is { } key)
            handler.SslOptions.LocalCertificateSelectionCallback = (_, _, _, _, _) => X509Certificate2.CreateFromPem(shown.Read(), key.Read());
        // The reason goes to the log and the fault, which name the server; the handshake by itself would only say that it failed.
        handler.SslOptions.RemoteCertificateValidationCallback = (_, certificate, sent, errors) =>
            ServerCertificate.Refusal(certificate as X509Certificate2, sent, errors, access.Authority) is { } why ? throw new AuthenticationException(why) : true;
        return handler;
    }
}
