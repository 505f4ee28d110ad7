using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Whether a server is the cluster's, and if not why, in words that say what to do.</summary>
internal static class ServerCertificate
{
    /// <summary>Null for a certificate for this name, of this time, that an authority vouches for, else why not and the way out.</summary>
    /// <param name="leaf">What the server shows.</param>
    /// <param name="sent">The chain as this machine built it, with what else the server sent.</param>
    /// <param name="errors">What is wrong with it by this machine's own authorities.</param>
    /// <param name="authorities">The cluster's, read at every handshake, for they rotate; null for those this machine trusts.</param>
    public static string? Refusal(X509Certificate2? leaf, X509Chain? sent, SslPolicyErrors errors, PemSource? authorities)
    {
        if (leaf is null)
            return "the server shows no certificate; is there an API server at this address?";
        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
            return $"the server's certificate ({leaf.Subject}) is not for the name it was asked by, but for {string.Join(", ", NamesOf(leaf))}; a kubeconfig may say the right one as tls-server-name";
        if (authorities is null)
            return errors == SslPolicyErrors.None ? null : Reason(leaf, sent?.ChainStatus ?? [], "of no authority this machine trusts", "give the cluster's as certificate-authority in the kubeconfig");
        try
        {
            using var chain = new X509Chain();
            chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
            chain.ChainPolicy.CustomTrustStore.ImportFromPem(authorities.Read());
            if (sent is not null)
                chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
            // A cluster's own authority publishes no list of what it took back.
            chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
            return chain.Build(leaf) ? null : Reason(leaf, chain.ChainStatus, $"not of the cluster's authority {authorities}", "put the certificate of the authority that signed it there");
        }
        catch (Exception exception) when (exception is CryptographicException or IOException or UnauthorizedAccessException)
        {
            return $"the cluster's authority {authorities} cannot be read: {exception.Message}";
        }
    }

    private static string Reason(X509Certificate2 leaf, X509ChainStatus[] status, string untrusted, string wayOut)
    {
        var all = string.Join(", ", status.Select(one => one.Status));
        return status.Length > 0 && Array.TrueForAll(status, one => one.Status == X509ChainStatusFlags.NotTimeValid)
            ? $"the server's certificate ({leaf.Subject}) is valid from {leaf.NotBefore.ToUniversalTime():u} to {leaf.NotAfter.ToUniversalTime():u} and not now; renew it or its authority's, or set this node's clock"
            : $"the server's certificate ({leaf.Subject}) is {untrusted}: {all}; {wayOut}";
    }

    private static IEnumerable<string> NamesOf(X509Certificate2 leaf)
    {
        var names = leaf.Extensions.OfType<X509SubjectAlternativeNameExtension>().ToArray();
        return names.SelectMany(name => name.EnumerateDnsNames().Concat(name.EnumerateIPAddresses().Select(address => address.ToString()))).DefaultIfEmpty("none");
    }
}
