using System.Text;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Reads the current context of a kubeconfig: where the API server is, whom it is held against, who we are.</summary>
/// <remarks>Source: the API's Config v1, https://kubernetes.io/docs/reference/config-api/kubeconfig.v1/. Plugins that fetch a token by running a program are refused: a node's agent runs none.</remarks>
internal static class Kubeconfig
{
    /// <exception cref="InvalidDataException">Something in it is missing or not supported; the message says where and what to do.</exception>
    public static ApiServerAccess Read(string path)
    {
        try
        {
            var yaml = new YamlStream();
            using (var reader = File.OpenText(path))
                yaml.Load(reader);
            return new Reader(path, yaml.Documents is [var document, ..] ? document.RootNode : new YamlMappingNode()).Access();
        }
        catch (Exception exception) when (exception is YamlException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }

    private sealed class Reader(string path, YamlNode root)
    {
        public ApiServerAccess Access()
        {
            var context = Named("contexts", "context", Text(root, "current-context") ?? throw Wrong("it has no current-context; choose one with kubectl config use-context"));
            var cluster = Named("clusters", "cluster", Text(context, "cluster") ?? throw Wrong("the current context names no cluster"));
            var user = Text(context, "user") is { Length: > 0 } name ? Named("users", "user", name) : new YamlMappingNode();
            foreach (var plugin in new[] { "exec", "auth-provider" })
            {
                if (Child(user, plugin) is not null)
                    throw Wrong($"the user fetches its token by {plugin}, which the agent does not run; give a token, tokenFile or client certificate, of a service account for example");
            }

            if (Text(user, "username") is not null)
                throw Wrong("the user has a password, which API servers no longer take; give a token, tokenFile or client certificate");
            if (Text(cluster, "insecure-skip-tls-verify") == "true")
                throw Wrong("insecure-skip-tls-verify is set, and the agent does not talk to a server it cannot know; give certificate-authority");
            if (!Uri.TryCreate(Text(cluster, "server"), UriKind.Absolute, out var server) || server.Scheme is not ("https" or "http"))
                throw Wrong("the cluster's server is no address like https://host:6443");
            var (certificate, key) = (Part(user, "client-certificate"), Part(user, "client-key"));
            if (certificate is null != key is null)
                throw Wrong("of client-certificate and client-key there is only one");
            return new ApiServerAccess(server)
            {
                // As the API says: a file of tokens goes before a token.
                Token = Text(user, "tokenFile") is { } file ? PemSource.OfFile(Full(file)) : Text(user, "token") is { } token ? PemSource.OfText(token) : null,
                Authority = Part(cluster, "certificate-authority"),
                ClientCertificate = certificate,
                ClientKey = key,
                ServerName = Text(cluster, "tls-server-name"),
            };
        }

        /// <summary>What stands there inline, in base 64, or else in a file.</summary>
        private PemSource? Part(YamlNode node, string name)
        {
            if (Text(node, name + "-data") is { Length: > 0 } data)
            {
                try
                {
                    return PemSource.OfText(Encoding.UTF8.GetString(Convert.FromBase64String(data)));
                }
                catch (FormatException)
                {
                    throw Wrong($"{name}-data is not in base 64");
                }
            }

            return Text(node, name) is { Length: > 0 } file ? PemSource.OfFile(Full(file)) : null;
        }

        private YamlNode Named(string list, string kind, string name)
        {
            var found = Child(root, list) is YamlSequenceNode all ? all.FirstOrDefault(one => Text(one, "name") == name) : null;
            return found is not null && Child(found, kind) is { } content ? content : throw Wrong($"there is no {kind} \"{name}\" among its {list}");
        }

        // Relative to the file, not to where the agent was started.
        private string Full(string file) => Path.GetFullPath(file, Path.GetDirectoryName(Path.GetFullPath(path))!);

        private InvalidDataException Wrong(string what) => new($"{path}: {what}");

        private static YamlNode? Child(YamlNode node, string name) =>
            node is YamlMappingNode mapping && mapping.Children.TryGetValue(new YamlScalarNode(name), out var child) && child is not YamlScalarNode { Value: null or "" or "null" or "~" } ? child : null;

        private static string? Text(YamlNode node, string name) => (Child(node, name) as YamlScalarNode)?.Value;
    }
}
