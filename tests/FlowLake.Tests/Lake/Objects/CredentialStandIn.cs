using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text;

namespace FlowLake.Tests.Lake.Objects;

/// <summary>
/// Stands in for the three services of AWS that hand out credentials, which cannot be had here: instance metadata (IMDSv2), STS and the agent of EKS Pod Identity.
/// It hands out the key the real S3 server knows, so that server checks every signature made with it.
/// </summary>
internal sealed class CredentialStandIn : IAsyncDisposable
{
    private const string MetadataToken = "metadata-session";
    private const string Role = "flowlake-node";
    private const string MetadataPath = "/latest/meta-data/iam/security-credentials";

    private readonly HttpListener listener = new();
    private readonly Task serving;

    public CredentialStandIn()
    {
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            Address = new Uri($"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/");
        }

        listener.Prefixes.Add(Address.AbsoluteUri);
        listener.Start();
        serving = ServeAsync();
    }

    public Uri Address { get; }

    /// <summary>The secret key it hands out; the server knows flowlakesecret.</summary>
    public string Secret { get; init; } = "flowlakesecret";

    /// <summary>The tokens callers proved themselves by, in order.</summary>
    public ConcurrentQueue<string> Tokens { get; } = new();

    // Within the time in which the SDK asks anew before each request, so that a token that was rotated is seen soon.
    private static string Expiration => TimeProvider.System.GetUtcNow().AddSeconds(30).ToString("yyyy-MM-ddTHH:mm:ssZ", null);

    public async ValueTask DisposeAsync()
    {
        listener.Close();
        await serving;
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            HttpListenerContext context;
            try
            {
                context = await listener.GetContextAsync();
            }
            catch (Exception ended) when (ended is HttpListenerException or ObjectDisposedException)
            {
                return;
            }

            using var reader = new StreamReader(context.Request.InputStream);
            var (status, answer) = Answer(context.Request, await reader.ReadToEndAsync());
            context.Response.StatusCode = status;
            try
            {
                await context.Response.OutputStream.WriteAsync(Encoding.UTF8.GetBytes(answer));
                context.Response.Close();
            }
            catch (HttpListenerException)
            {
                // The caller was gone.
            }
        }
    }

    private (int Status, string Answer) Answer(HttpListenerRequest request, string body) => (request.HttpMethod, request.Url!.AbsolutePath) switch
    {
        ("PUT", "/latest/api/token") => (200, MetadataToken),
        ("GET", MetadataPath) when IsSession(request) => (200, Role),
        ("GET", MetadataPath + "/" + Role) when IsSession(request) => (200, $$"""{"Code":"Success","LastUpdated":"2026-01-01T00:00:00Z","Type":"AWS-HMAC","AccessKeyId":"flowlake","SecretAccessKey":"{{Secret}}","Token":"","Expiration":"{{Expiration}}"}"""),
        ("GET", "/v1/credentials") when Proved(request.Headers["Authorization"]) => (200, $$"""{"AccessKeyId":"flowlake","SecretAccessKey":"{{Secret}}","Token":"","AccountId":"111122223333","Expiration":"{{Expiration}}"}"""),
        ("POST", "/") when Form(body, "Action") == "AssumeRoleWithWebIdentity" && Form(body, "RoleArn") is { Length: > 0 } && Proved(Form(body, "WebIdentityToken")) => (200, $"""
            <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleWithWebIdentityResult>
            <Credentials><AccessKeyId>flowlake</AccessKeyId><SecretAccessKey>{Secret}</SecretAccessKey><SessionToken>session</SessionToken><Expiration>{Expiration}</Expiration></Credentials>
            <AssumedRoleUser><Arn>arn:aws:sts::111122223333:assumed-role/flowlake-agent/s</Arn><AssumedRoleId>A:s</AssumedRoleId></AssumedRoleUser>
            </AssumeRoleWithWebIdentityResult><ResponseMetadata><RequestId>1</RequestId></ResponseMetadata></AssumeRoleWithWebIdentityResponse>
            """),
        _ => (404, ""),
    };

    private bool IsSession(HttpListenerRequest request)
    {
        Tokens.Enqueue(request.Headers["X-aws-ec2-metadata-token"] ?? "");
        return request.Headers["X-aws-ec2-metadata-token"] == MetadataToken;
    }

    private bool Proved(string? token)
    {
        Tokens.Enqueue(token ?? "");
        return !string.IsNullOrEmpty(token);
    }

    private static string? Form(string body, string name) =>
        body.Split('&').Select(pair => pair.Split('=')).Where(pair => pair[0] == name).Select(pair => Uri.UnescapeDataString(pair[1])).FirstOrDefault();
}
