using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using FlowLake.Tests.Cli;
using Xunit;

namespace FlowLake.Tests.QueryApi.Access;

/// <summary>TLS by certificate files, of a real process.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TestLake lake = new();
    private readonly TemporaryFolder folder = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private string[] Options => ["--listen", "https://127.0.0.1:0", "--certificate", folder.File("tls.crt"), "--certificate-key", folder.File("tls.key")];

    public void Dispose()
    {
        lake.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_and_a_half_one_is_not()
    {
        await WriteAsync("CN=first");
        await using var served = await ServeProcess.StartAsync(lake, Options);
        using (var answer = await served.Client.GetAsync("/odata/Flows/$count", Token))
        {
            Assert.Equal("0", await answer.Content.ReadAsStringAsync(Token));
            Assert.Equal("max-age=31536000", answer.Headers.GetValues("Strict-Transport-Security").Single());
        }

        Assert.Equal("CN=first", await ShownAsync(served));
        var key = await File.ReadAllTextAsync(folder.File("tls.key"), Token);
        await WriteAsync("CN=second");
        await ServeProcess.EventuallyAsync(async () => await ShownAsync(served) == "CN=second");
        await File.WriteAllTextAsync(folder.File("tls.key"), key, Token);
        await ServeProcess.EventuallyAsync(async () => await ShownAsync(served) == "CN=second" && served.Log.Contains("certificate cannot be read", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Files_without_a_certificate_end_the_start()
    {
        await File.WriteAllTextAsync(folder.File("tls.crt"), "none", Token);
        await File.WriteAllTextAsync(folder.File("tls.key"), "none", Token);
        var refused = await FlowLakeProgram.RunAsync(["serve", "--lake", lake.Folder, .. Options]);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("hold no certificate with its key", refused.Error, StringComparison.Ordinal);
        Assert.Equal(1, (await FlowLakeProgram.RunAsync(["serve", "--lake", lake.Folder, "--listen", "https://127.0.0.1:0"])).ExitCode);
        Assert.Equal(2, (await FlowLakeProgram.RunAsync(["serve", "--lake", lake.Folder, "--certificate", "only"])).ExitCode);
    }

    private static async Task<string> ShownAsync(ServeProcess served)
    {
        using var socket = new TcpClient();
        await socket.ConnectAsync(served.Address.Host, served.Address.Port, Token);
        await using var stream = new SslStream(socket.GetStream(), leaveInnerStreamOpen: false, (_, shown, _, _) => shown is not null);
        await stream.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = "localhost" }, Token);
        return stream.RemoteCertificate!.Subject;
    }

    private async Task WriteAsync(string subject)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var request = new CertificateRequest(subject, key, HashAlgorithmName.SHA256);
        var now = TimeProvider.System.GetUtcNow();
        using var certificate = request.CreateSelfSigned(now.AddDays(-1), now.AddDays(1));
        await File.WriteAllTextAsync(folder.File("tls.crt"), certificate.ExportCertificatePem(), Token);
        await File.WriteAllTextAsync(folder.File("tls.key"), key.ExportPkcs8PrivateKeyPem(), Token);
    }
}
