using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Windows;
using FlowLake.Schemas.Flows;
using FlowLake.Tests.Agent.Windows;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

/// <summary>The file of <c>--cidr-table</c>, from its text to a row.</summary>
public sealed class CidrTableTests : IDisposable
{
    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("172.20.5.9", "databases", "eu-west-1b", "euw1-az2")]
    [InlineData("172.20.9.9", "everything else", "eu-west-1a", null)]
    [InlineData("2600:1f18::7", null, "eu-west-1c", null)]
    public void Ends_outside_of_the_cluster_have_the_name_and_zone_of_the_smallest_network_they_are_in(string address, string? name, string zone, string? zoneId)
    {
        var directory = Clusters.Directory(Clusters.Two);
        directory.SetNetworks(CidrTable.Read(Write("""
            {"networks": [
              {"cidr": "172.20.0.0/16", "zone": "eu-west-1a", "name": "everything else"},
              {"cidr": "172.20.5.0/24", "zone": "eu-west-1b", "zoneId": "euw1-az2", "name": "databases"},
              {"cidr": "2600:1f18::/32", "zone": "eu-west-1c"}
            ]}
            """)));

        var expected = new FlowEnd { Kind = EndKind.External, Ip = address, WorkloadKind = name is null ? null : "Network", Workload = name, Zone = zone, ZoneId = zoneId };
        Assert.Equal(expected, Row(directory, FlowRole.Client, address).Server);
        Assert.Equal(expected, Row(directory, FlowRole.Server, address).Client);
    }

    [Theory]
    [InlineData("{\n\"networks\": [\n{\"cidr\": \"10.0.0/24\"},\n{\n\"zone\": \"a\",\n\"cidr\": \"10.0.0.0\"}]}", "line 3: \"10.0.0/24\" is no range; write it like 10.0.0.0/24; line 6: \"10.0.0.0\" is no range")]
    [InlineData("{\"networks\": [\n{\"cidr\": \"10.0.0.0/24\"},\n{\"cidr\": \"10.0.0.7/24\"}]}", "line 3: 10.0.0.7/24 is the same network as line 2; leave one out")]
    [InlineData("{\"networks\": [\n{\"cidr\": \"10.0.0.0/33\"}]}", "line 2: \"10.0.0.0/33\" is no range")]
    [InlineData("{\"networks\": [\n{\"cidr\": \"10.0.0.0/24\",\n\"area\": \"a\"}]}", "line 3: ", "area", "write it like {\"networks\": [{\"cidr\"")]
    [InlineData("{\"networks\": [\n{\"zone\": \"a\"}]}", "line 2: ", "cidr", "write it like")]
    [InlineData("{\"networks\": [\n{\"cidr\": 10}]}", "line 2: ", "write it like")]
    [InlineData("{\"networks\": [\nnull]}", "null", "write it like")]
    [InlineData("{\"nodes\": [\n{\"name\": \"a\"}],\n\"networks\": [\n{\"cidr\": \"10.0.0/24\"}]}", "networks alone", "line 4: \"10.0.0/24\"")]
    [InlineData("{\"networks\": [\n\n{\"cidr\": \"10.0.0.0/24\"}\n{", "line 4: ", "write it like")]
    [InlineData("10.0.0.0/24 eu-west-1a\n", "line 1: ", "write it like")]
    [InlineData("", "line 1: ", "write it like")]
    [InlineData("{\"nodes\": [{\"name\": \"a\"}], \"networks\": []}", "a table of networks has networks alone")]
    public void What_is_wrong_is_said_with_its_line_and_the_way_out(string text, params string[] said)
    {
        var path = Write(text);

        var failure = Assert.Throws<InvalidDataException>(() => CidrTable.Read(path));

        Assert.StartsWith(path + ": ", failure.Message, StringComparison.Ordinal);
        Assert.All(said, part => Assert.Contains(part, failure.Message, StringComparison.Ordinal));
    }

    [Fact]
    public void A_file_that_is_not_there_is_said()
    {
        var failure = Assert.Throws<InvalidDataException>(() => CidrTable.Read(folder["none.json"]));

        Assert.Contains(folder["none.json"], failure.Message, StringComparison.Ordinal);
        Assert.EndsWith("Give a file that is there and may be read.", failure.Message, StringComparison.Ordinal);
    }

    private static FlowRecord Row(PodDirectory directory, FlowRole role, string remote) => Assert.Single(
        NamedFlows.Name(directory, new FlowWindow(Rows.Start, Rows.Start.AddMinutes(1)), [NamedFlows.Flow("10.1.0.5", remote, role, 5432)]).Rows);

    private string Write(string text)
    {
        File.WriteAllText(folder["networks.json"], text);
        return folder["networks.json"];
    }
}
