using System.ComponentModel;
using System.Diagnostics;
using YamlDotNet.RepresentationModel;

namespace FlowLake.Tests.Infra.Kubernetes;

/// <summary>What <c>kubectl kustomize</c> makes of a folder of infra/kubernetes: the objects that would reach the cluster.</summary>
internal sealed class Manifests(IReadOnlyList<Yaml> objects)
{
    public IReadOnlyList<Yaml> Objects => objects;

    public static Manifests Render(string folder)
    {
        Process kubectl;
        try
        {
            kubectl = Process.Start(new ProcessStartInfo("kubectl", ["kustomize", RepositoryRoot.File("infra", "kubernetes", folder)]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("kubectl is missing; install it with: eng/install-packages.sh test", exception);
        }

        using (kubectl)
        {
            var error = kubectl.StandardError.ReadToEndAsync();
            var stream = new YamlStream();
            stream.Load(kubectl.StandardOutput);
            kubectl.WaitForExit();
            return kubectl.ExitCode == 0
                ? new Manifests([.. stream.Documents.Select(document => new Yaml(document.RootNode))])
                : throw new InvalidOperationException($"kubectl kustomize {folder}: {error.GetAwaiter().GetResult()}");
        }
    }

    /// <summary>The only object of a kind.</summary>
    public Yaml Only(string kind) => objects.Single(item => item["kind"].Text == kind);
}
