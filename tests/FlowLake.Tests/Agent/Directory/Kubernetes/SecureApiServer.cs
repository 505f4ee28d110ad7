using System.Net;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Logging;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

/// <summary>A real server's recorded lists over a web server's TLS, for those who show a certificate of its authority. Watches stay silent.</summary>
internal sealed class SecureApiServer : IAsyncDisposable
{
    private readonly WebApplication app;

    private SecureApiServer(WebApplication app) => this.app = app;

    public Uri Address => new(app.Urls.Single());

    /// <summary>Subjects of the certificates callers showed.</summary>
    public System.Collections.Concurrent.ConcurrentQueue<string> Callers { get; } = new();

    /// <summary>What is done with an answer's body; by default it is written at once.</summary>
    public Func<HttpContext, byte[], Task> Write { get; set; } = (context, body) => context.Response.Body.WriteAsync(body).AsTask();

    public static async Task<SecureApiServer> StartAsync(IPAddress address, TestAuthority authority, X509Certificate2? certificate = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelHttpsConfiguration();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(address, 0, listen => listen.UseHttps(new HttpsConnectionAdapterOptions
        {
            ServerCertificate = certificate ?? authority.Issue("kubernetes", address),
            ClientCertificateMode = ClientCertificateMode.RequireCertificate,
            ClientCertificateValidation = (shown, _, _) => authority.Vouches(shown),
        })));
        var server = new SecureApiServer(builder.Build());
        server.app.Run(server.AnswerAsync);
        await server.app.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        using var now = new CancellationTokenSource(TimeSpan.Zero);
        await app.StopAsync(now.Token);
        await app.DisposeAsync();
    }

    private async Task AnswerAsync(HttpContext context)
    {
        Callers.Enqueue((await context.Connection.GetClientCertificateAsync())!.Subject);
        context.Response.ContentType = "application/json";
        if (context.Request.Query.ContainsKey("watch"))
        {
            await context.Response.StartAsync();
            await Task.Delay(Timeout.Infinite, context.RequestAborted);
        }

        var kind = context.Request.Path.Value!.Split('/')[^1];
        await Write(context, ReplayServer.Recorded(kind == "replicasets" ? "list-replicasets-metadata-only.http" : $"list-{kind}.http").Body);
    }
}
