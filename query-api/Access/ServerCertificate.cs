using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using FlowLake.QueryApi.Hosting;
using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Access;

/// <summary>The service's certificate, as its files have it now: a renewed one is shown to connections made from then on.</summary>
internal sealed class ServerCertificate
{
    private readonly FollowedFiles<SslStreamCertificateContext> files;

    /// <exception cref="FormatException">The files hold no certificate with its key.</exception>
    /// <exception cref="IOException">They cannot be read.</exception>
    public ServerCertificate(CertificateFiles paths, TimeProvider timeProvider, ILogger<ServerCertificate> logger) =>
        files = new FollowedFiles<SslStreamCertificateContext>(() => [File.ReadAllBytes(paths.Certificate), File.ReadAllBytes(paths.Key)], contents => Read(paths, contents), timeProvider)
        {
            Changed = exception =>
            {
                if (exception is null)
                    AccessLog.CertificateChanged(logger, paths.Certificate);
                else
                    AccessLog.CertificateUnreadable(logger, exception.Message);
            },
        };

    /// <summary>How a connection begins.</summary>
    public SslServerAuthenticationOptions Options => new() { ServerCertificateContext = files.Current, EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };

    private static SslStreamCertificateContext Read(CertificateFiles paths, IReadOnlyList<byte[]> contents)
    {
        try
        {
            var (certificates, key) = (Encoding.UTF8.GetString(contents[0]), Encoding.UTF8.GetString(contents[1]));
            var chain = new X509Certificate2Collection();
            chain.ImportFromPem(certificates);
            return SslStreamCertificateContext.Create(X509Certificate2.CreateFromPem(certificates, key), chain, offline: true);
        }
        catch (Exception exception) when (exception is CryptographicException or ArgumentException)
        {
            throw new FormatException($"{paths.Certificate} and {paths.Key} hold no certificate with its key: {exception.Message} Give both as PEM, the service's certificate first and those between it and its authority behind it.", exception);
        }
    }
}
