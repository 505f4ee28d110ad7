using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
using Xunit;

namespace FlowLake.Tests.Agent.Windows;

/// <summary>Case by case: what all agents ship is asked by SQL, and each byte is there once.</summary>
public sealed class PrimaryCasesTests(PrimaryLake lake) : IClassFixture<PrimaryLake>
{
    public static TheoryData<string> Names => [.. PrimaryLake.Cases.Select(one => one.Name)];

    [Theory]
    [MemberData(nameof(Names))]
    public void Each_byte_is_there_once_or_a_limit_says_otherwise(string name)
    {
        var one = PrimaryLake.Cases.Single(one => one.Name == name);
        Assert.True(one.Limit is not null || one.Connections.All(connection => connection.Counted == 1));
        var both = $"(SELECT '' AS view, * FROM flows WHERE cluster = {DuckSql.Literal(name)} UNION ALL BY NAME SELECT 'gap: ' AS view, * FROM gap_flows WHERE cluster = {DuckSql.Literal(name)})";
        using var lease = lake.Acquire();
        using var connection = lease.Connect(FlowRelations.All);

        Assert.Equal(
            one.Connections.Select((connection, number) => connection.Counted * Connection.Bytes(number)).Sum(),
            connection.Scalar<long>($"SELECT CAST(coalesce(sum(bytes_to_server + bytes_to_client), 0) AS BIGINT) FROM {both}"));
        Assert.Equal(string.Join('\n', one.Named), connection.Scalar<string>(
            $"""
            SELECT coalesce(string_agg(DISTINCT named, chr(10) ORDER BY named), '') FROM (
                SELECT view || {NameOf("client")} || ' > ' || {NameOf("server")} || ':' || server_port AS named FROM {both})
            """));
        Assert.Equal(one.Mixed, connection.Scalar<long>(
            $"SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM coverage WHERE reason = 'service_mixed' AND cluster = {DuckSql.Literal(name)}"));
    }

    [Fact]
    public async Task Every_limit_is_in_the_architecture()
    {
        var lines = await File.ReadAllLinesAsync(RepositoryRoot.File("ARCHITECTURE.md"), TestContext.Current.CancellationToken);
        var words = string.Join(' ', lines.Select(line => line.Trim()));

        Assert.All(PrimaryLake.Cases.Select(one => one.Limit).OfType<string>(), limit => Assert.Contains(limit, words, StringComparison.Ordinal));
    }

    private static string NameOf(string end) => $"coalesce(replace({end}_pod, '-1', ''), {end}_node, CASE {end}_kind WHEN 'service' THEN 'Service ' || {end}_service END, {end}_ip)";
}
