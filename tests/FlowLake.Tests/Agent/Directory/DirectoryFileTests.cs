using FlowLake.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

public sealed class DirectoryFileTests : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly PodDirectory directory = new("node-a");
    private readonly DirectoryFile file;

    public DirectoryFileTests() => file = new DirectoryFile(folder["cluster.json"], directory, TimeProvider.System);

    public void Dispose() => folder.Dispose();

    private void Write(byte[] content, int second)
    {
        File.WriteAllBytes(folder["cluster.json"], content);
        File.SetLastWriteTimeUtc(folder["cluster.json"], DateTime.UnixEpoch.AddSeconds(second));
    }

    [Fact]
    public void A_file_is_loaded_once_and_again_when_it_changes()
    {
        Write(Clusters.Two.ToJson(), 1);
        Assert.Equal(DirectoryOutcome.Loaded, file.Poll());
        Assert.Equal(DirectoryOutcome.Unchanged, file.Poll());

        Write((Clusters.Two with { Cluster = "tesu" }).ToJson(), 2);

        Assert.Equal(DirectoryOutcome.Loaded, file.Poll());
        Assert.Equal("tesu", directory.Cluster);
    }

    [Theory]
    [InlineData("{")]
    [InlineData("null")]
    [InlineData("""{"nodes":[],"podz":[]}""")]
    [InlineData("""{"pods":[null]}""")]
    [InlineData("""{"services":[{"namespace":"a","name":"s","ports":[null]}]}""")]
    [InlineData("""{"nodes":[{"name":null}]}""")]
    [InlineData("""{"pods":[{"namespace":"a","name":"p","node":"gone"}]}""")]
    public void A_broken_file_keeps_the_old_state_says_so_and_is_read_again(string broken)
    {
        Write(Clusters.Two.ToJson(), 1);
        file.Poll();

        Write(System.Text.Encoding.UTF8.GetBytes(broken), 2);

        Assert.Equal(DirectoryOutcome.Broken, file.Poll());
        Assert.Contains(folder["cluster.json"], file.Fault, StringComparison.Ordinal);
        Assert.Equal("test", directory.Cluster);
        Write(Clusters.Two.ToJson(), 3);
        Assert.Equal(DirectoryOutcome.Loaded, file.Poll());
        Assert.Null(file.Fault);
    }

    [Fact]
    public void A_missing_file_is_broken_and_may_come()
    {
        Assert.Equal(DirectoryOutcome.Broken, file.Poll());

        Write(Clusters.Two.ToJson(), 1);

        Assert.Equal(DirectoryOutcome.Loaded, file.Poll());
    }
}
