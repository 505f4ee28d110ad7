using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

public sealed class ApiServerAccessTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("10.96.0.1", "443", "https://10.96.0.1/")]
    [InlineData("fd00:10:96::1", "6443", "https://[fd00:10:96::1]:6443/")]
    [InlineData("kubernetes.default.svc", null, "https://kubernetes.default.svc/")]
    public void A_pod_finds_its_server(string host, string? port, string expected)
    {
        File.WriteAllText(folder["token"], "t");
        File.WriteAllText(folder["ca.crt"], "c");

        var access = ApiServerAccess.InCluster(name => name.EndsWith("HOST", StringComparison.Ordinal) ? host : port, folder.Path);

        Assert.Equal(expected, access.Server.ToString());
    }

    [Fact]
    public void A_missing_token_is_named_with_the_way_out()
    {
        var exception = Assert.Throws<InvalidDataException>(() => ApiServerAccess.InCluster(_ => "10.96.0.1", folder.Path));

        Assert.Contains("automountServiceAccountToken", exception.Message, StringComparison.Ordinal);
    }
}
