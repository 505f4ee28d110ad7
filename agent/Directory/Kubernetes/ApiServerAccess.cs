namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Where the API server is and how it is spoken to. Files are read again whenever they are used, since both rotate.</summary>
/// <param name="Server">Its address.</param>
internal sealed record ApiServerAccess(Uri Server)
{
    /// <summary>The bearer token; null where none is sent.</summary>
    public PemSource? Token { get; init; }

    /// <summary>The authorities the server's certificate is held against; null for those of the machine.</summary>
    public PemSource? Authority { get; init; }

    /// <summary>The certificate we show; null for none.</summary>
    public PemSource? ClientCertificate { get; init; }

    /// <summary>That certificate's key.</summary>
    public PemSource? ClientKey { get; init; }

    /// <summary>The name the server's certificate is for, where it is not that of its address; null for that.</summary>
    public string? ServerName { get; init; }

    /// <summary>Tells a process in a pod where the API server is.</summary>
    public const string HostVariable = "KUBERNETES_SERVICE_HOST";

    private const string PortVariable = "KUBERNETES_SERVICE_PORT";
    private const string AccountFolder = "/var/run/secrets/kubernetes.io/serviceaccount";

    /// <summary>True in a pod of a cluster.</summary>
    public static bool IsInCluster => !string.IsNullOrWhiteSpace(Environment.GetEnvironmentVariable(HostVariable));

    /// <summary>As the pod's environment and service account say.</summary>
    /// <exception cref="InvalidDataException">Something of it is missing; the message says what.</exception>
    public static ApiServerAccess InCluster() => InCluster(Environment.GetEnvironmentVariable, AccountFolder);

    internal static ApiServerAccess InCluster(Func<string, string?> variable, string accountFolder)
    {
        var host = variable(HostVariable);
        if (string.IsNullOrWhiteSpace(host))
            throw new InvalidDataException($"{HostVariable} is not set: this is no pod of a cluster. Give a file with --directory or --kubeconfig.");
        var token = Path.Combine(accountFolder, "token");
        var authority = Path.Combine(accountFolder, "ca.crt");
        foreach (var file in new[] { token, authority })
        {
            if (!File.Exists(file))
                throw new InvalidDataException($"there is no {file}: let the pod have its service account's token (automountServiceAccountToken)");
        }

        // An IPv6 address stands in brackets in an address of the web, and without them in the variable.
        var name = host.Contains(':', StringComparison.Ordinal) && !host.StartsWith('[') ? $"[{host}]" : host;
        var port = variable(PortVariable) is { Length: > 0 } text ? text : "443";
        if (!Uri.TryCreate($"https://{name}:{port}", UriKind.Absolute, out var server))
            throw new InvalidDataException($"{HostVariable}={host} and {PortVariable}={port} are no address of a server");
        return new ApiServerAccess(server) { Token = PemSource.OfFile(token), Authority = PemSource.OfFile(authority) };
    }
}
