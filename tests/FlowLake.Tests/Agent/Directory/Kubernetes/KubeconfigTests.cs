using System.Text;
using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

public sealed class KubeconfigTests : IDisposable
{
    private const string Head = """
        apiVersion: v1
        kind: Config
        current-context: here
        contexts:
        - {name: other, context: {cluster: none, user: none}}
        - {name: here, context: {cluster: c, user: u}}
        clusters:
        - name: c
          cluster:

        """;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private ApiServerAccess Read(string cluster, string user)
    {
        File.WriteAllText(folder["config"], $"{Head}    {{{cluster}}}\nusers:\n- name: u\n  user: {{{user}}}\n");
        return Kubeconfig.Read(folder["config"]);
    }

    [Fact]
    public void The_current_contexts_server_authority_and_token_are_taken()
    {
        var access = Read($"server: \"https://[fd00::1]:6443\", certificate-authority-data: {Base64("authority")}, tls-server-name: kubernetes", "token: secret");

        Assert.Equal(("https://[fd00::1]:6443/", "authority", "secret", "kubernetes"), (access.Server.ToString(), access.Authority?.Read(), access.Token?.Read(), access.ServerName));
        Assert.DoesNotContain("secret", access.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Files_stand_beside_the_kubeconfig_and_are_read_when_used()
    {
        var access = Read("server: \"https://10.0.0.1\", certificate-authority: ca.crt", $"tokenFile: t, token: inline, client-certificate: c.crt, client-key-data: {Base64("key")}");
        File.WriteAllText(folder["ca.crt"], "later");
        File.WriteAllText(folder["t"], "rotated");
        File.WriteAllText(folder["c.crt"], "certificate");

        Assert.Equal(("later", "rotated", "certificate", "key"), (access.Authority?.Read(), access.Token?.Read(), access.ClientCertificate?.Read(), access.ClientKey?.Read()));
    }

    [Theory]
    [InlineData("server: \"https://h\"", "exec: {command: aws}", "exec")]
    [InlineData("server: \"https://h\"", "auth-provider: {name: gcp}", "auth-provider")]
    [InlineData("server: \"https://h\"", "username: a, password: b", "password")]
    [InlineData("server: \"https://h\"", "client-certificate: c", "client-key")]
    [InlineData("server: \"https://h\", insecure-skip-tls-verify: true", "token: t", "certificate-authority")]
    [InlineData("server: h", "token: t", "https://host:6443")]
    [InlineData("server: \"https://h\", certificate-authority-data: '?'", "token: t", "base 64")]
    public void What_is_missing_or_not_supported_is_named(string cluster, string user, string said)
    {
        var message = Assert.Throws<InvalidDataException>(() => Read(cluster, user)).Message;

        Assert.Contains(said, message, StringComparison.Ordinal);
        Assert.StartsWith(folder["config"], message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("")]
    [InlineData("current-context: gone")]
    public void A_file_that_is_none_is_refused_by_name(string text)
    {
        File.WriteAllText(folder["config"], text);

        Assert.StartsWith(folder["config"], Assert.Throws<InvalidDataException>(() => Kubeconfig.Read(folder["config"])).Message, StringComparison.Ordinal);
    }
}
