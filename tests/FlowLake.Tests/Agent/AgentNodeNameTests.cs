using FlowLake.Ingest;
using FlowLake.QueryApi;
using FlowLake.QueryApi.Sql;
using FlowLake.Tests.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>Names nobody would choose for a node, from the agent through keys, folders and the table's log to an answer in SQL.</summary>
public sealed class AgentNodeNameTests : IDisposable
{
    private readonly ScriptedAgent agent = new();

    // Four labels: the longest name Kubernetes knows.
    public static TheoryData<string> Names =>
        ["rack/7", "100%25", "two words", "nœud-à-côté", "it's \"quoted\"", "..", string.Join('.', new string('a', 63), new string('b', 63), new string('c', 63), new string('d', 61))];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => agent.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_node_of_any_name_is_found_by_that_name_in_sql(string name)
    {
        var cluster = Clusters.Two with { Nodes = [Clusters.Two.Nodes[0] with { Name = name }], Pods = [Clusters.Pod("client", name, "10.1.0.5")], Services = [] };
        File.WriteAllBytes(agent["cluster.json"], cluster.ToJson());
        // Ingest sets rows of long ago aside, by a clock that is real.
        var time = new RushingTime(TimeProvider.System.GetUtcNow().AddMinutes(-10));

        await agent.RunAsync(agent.Options with { Node = name }, time, sweep => sweep < 2);
        await IngestService.RunAsync(new IngestOptions { Lake = agent["lake"], WorkFolder = agent["work"], Log = agent.Log }, follow: false, Token);

        using var query = await LakeQuery.OpenAsync(agent["lake"], cancellationToken: Token);
        using var rows = Assert.IsType<SqlOutcome.Answer>(await query.RunAsync("SELECT sum(payload_to_server)::BIGINT FROM flows WHERE client_node = ? AND node = ?", [name, name], Token)).Rows;
        Assert.True(rows.Read());
        Assert.Equal(agent.Pins.Payload, rows.Result.GetValue(0, 0));
    }

    [Fact]
    public async Task A_name_no_key_can_hold_is_refused_with_the_reason()
    {
        var fault = await Assert.ThrowsAsync<ArgumentException>(() => agent.RunAsync(agent.Options with { Node = new string('é', 253) }, ScriptedAgent.Time(), _ => false));

        Assert.Contains("node:", fault.Message, StringComparison.Ordinal);
        Assert.Contains("255 are allowed", fault.Message, StringComparison.Ordinal);
    }
}
