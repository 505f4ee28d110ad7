using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Inbox;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>Objects no agent should put: each goes to quarantine with its reason, and all the others come into the tables.</summary>
public sealed class BadObjectTests : IDisposable
{
    private const string Row = "SELECT TIMESTAMPTZ '2026-11-21 11:00:00+00' AS window_start, 'node-bad' AS node";

    private readonly LakeUnderIngest lake = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => lake.Dispose();

    [Theory]
    [InlineData(0, "too small to be a Parquet file")]
    [InlineData(3, "too small to be a Parquet file")]
    [InlineData(40, "No magic bytes")]
    [InlineData(-1, "No magic bytes")]
    public async Task A_file_cut_short_is_quarantined(int length, string reason) => Assert.Contains(
        reason,
        await QuarantinedAsync(path =>
        {
            InboxFile.Write(path, [InboxSource.Flow("node-bad", "zone-a", lake.Now.AddHours(-1), 1, 1)], []);
            using var file = File.OpenWrite(path);
            file.SetLength(length < 0 ? file.Length + length : length);
        }),
        StringComparison.Ordinal);

    [Theory]
    [InlineData("SELECT 1 AS id, 'Ann' AS name, [1, 2] AS scores", "its column id is not known to flows and cannot be added: its name is reserved")]
    [InlineData("SELECT 'Ann' AS name", "have no window_start")]
    [InlineData(Row + ", -1::BIGINT AS payload_to_server", "has payload_to_server -1; 0 to 1125899906842624 are allowed")]
    [InlineData(Row + ", unnest([5, 9223372036854775807])::BIGINT AS packets_to_client", "has packets_to_client 9223372036854775807;")]
    [InlineData(Row + ", unnest([5, -9223372036854775807, 7])::BIGINT AS drops", "has drops -9223372036854775807;")]
    [InlineData(Row + ", -80 AS server_port", "has server_port -80;")]
    [InlineData(Row + ", 'zone-a' AS zone, 'client' AS observer, 'node-bad' AS client_node, unnest(['zone-a', 'zone-b']) AS client_zone", "1 of its rows for flows have a zone that is not the zone of the end that observed them")]
    [InlineData(Row + ", 'zone-a' AS zone, 'server' AS observer, 'node-bad' AS server_node, 'zone-c' AS server_zone, 'node-x' AS client_node", "a zone that is not the zone of the end")]
    public async Task Rows_no_agent_writes_are_quarantined_with_their_file(string select, string reason) =>
        Assert.Contains(reason, await QuarantinedAsync(path => LakeUnderIngest.Write(path, select)), StringComparison.Ordinal);

    [Fact]
    public async Task A_negative_amount_in_coverage_makes_its_file_a_bad_one_though_flows_were_written_by_then()
    {
        var source = lake.Source("node-bad");
        var reason = await QuarantinedAsync(source, path => InboxFile.Write(
            path,
            [InboxSource.Flow("node-bad", "zone-a", lake.Now.AddHours(-1), 1, 1)],
            [new() { WindowStart = lake.Now.AddHours(-1), WindowSeconds = 60, Node = "node-bad", Incarnation = $"{source.Stream.Incarnation:D}", Reason = CoverageReason.Observed, Unit = "flows", Amount = -3 }]));
        Assert.Contains("a row for coverage has amount -3;", reason, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Null_in_coverage_makes_its_file_a_bad_one() => Assert.Equal(
        "its metadata flowlake.coverage has null where a row belongs",
        await QuarantinedAsync(path => InboxFile.Write(path, [InboxSource.Flow("node-bad", "zone-a", lake.Now.AddHours(-1), 1, 1)], [null!])));

    [Fact]
    public async Task A_file_above_the_bound_is_quarantined_unread()
    {
        var reason = await QuarantinedAsync(path =>
        {
            using var file = File.OpenWrite(path);
            file.SetLength(33 << 20);
        });
        Assert.Equal("it has 34603008 bytes; 33554432 are allowed", reason);
    }

    [Fact]
    public async Task Rows_whose_ends_lie_elsewhere_or_nowhere_are_good_ones()
    {
        await lake.Source("node-bad").PutFileAsync(path => LakeUnderIngest.Write(path, Row + """
            , 'zone-a' AS zone, unnest(['client', 'server', 'client', NULL]) AS observer, unnest(['node-x', 'node-x', 'node-bad', 'node-bad']) AS client_node,
            unnest(['zone-b', 'zone-b', NULL, 'zone-b']) AS client_zone, NULL::VARCHAR AS server_node, 'zone-b' AS server_zone
            """));
        Assert.Equal(0, (await lake.IngestAsync()).Quarantined);
        Assert.Equal(4, (await lake.TableAsync("flows")).Rows);
    }

    private Task<string> QuarantinedAsync(Action<string> write) => QuarantinedAsync(lake.Source("node-bad"), write);

    // Between good files of its own stream and of another; the reason in its note.
    private async Task<string> QuarantinedAsync(InboxSource bad, Action<string> write)
    {
        var good = lake.Source("node-good");
        await bad.PutAsync(2);
        var key = await bad.PutFileAsync(write);
        await bad.PutAsync(3);
        await good.PutAsync(4);
        var content = await File.ReadAllBytesAsync(lake.Store.LocalPath(key.Key)!, Token);
        var totals = await lake.IngestAsync(options => options with { FileBytesMax = 32 << 20 });
        Assert.Equal((1L, 4L), (totals.Quarantined, totals.Deleted));
        Assert.Equal([[9L, bad.Payload + good.Payload]], (await lake.TableAsync("flows")).Ask("SELECT count(*), sum(payload_to_server)::BIGINT FROM rows"));
        Assert.Equal(3, (await lake.TableAsync("coverage")).Rows);
        Assert.Empty(await lake.KeysAsync(InboxKey.Prefix));
        return await lake.ReasonAsync(key, content);
    }
}
