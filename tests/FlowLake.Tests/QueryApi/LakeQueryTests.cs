using System.IO.Pipelines;
using System.Text;
using FlowLake.QueryApi;
using FlowLake.QueryApi.Sql;
using Xunit;

namespace FlowLake.Tests.QueryApi;

/// <summary>A lake asked within the process.</summary>
public sealed class LakeQueryTests : IDisposable
{
    private readonly TestLake lake = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task A_statement_runs_on_the_newest_version()
    {
        await lake.AddFlowsAsync(TestFlows.Make(1, 50));
        using var query = await LakeQuery.OpenAsync(lake.Folder, cancellationToken: Token);
        var answer = Assert.IsType<SqlOutcome.Answer>(await query.RunAsync("SELECT count(*) AS n FROM flows WHERE protocol = ?", ["tcp"], Token));
        using var rows = answer.Rows;
        Assert.Equal("n", Assert.Single(rows.Columns).Name);
        Assert.True(rows.Read());
        Assert.Equal((long)lake.Primary.Count(flow => flow.Protocol == "tcp"), rows.Result.GetValue(0, 0));
        Assert.False(rows.Read());
    }

    [Fact]
    public async Task Rows_are_written_as_json_and_csv()
    {
        await lake.AddFlowsAsync(TestFlows.Make(1, 5));
        using var query = await LakeQuery.OpenAsync(lake.Folder, cancellationToken: Token);
        Assert.Equal("a\r\n0\r\n1\r\n", await WriteAsync(query, SqlFormat.Csv));
        Assert.Equal("[{\"a\":0},{\"a\":1}]", await WriteAsync(query, SqlFormat.Objects));
        Assert.EndsWith("\"rows\":[[0],[1]],\"row_count\":2,\"truncated\":false}", await WriteAsync(query, SqlFormat.Json), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_statements_are_refused_as_by_the_server()
    {
        using var query = await LakeQuery.OpenAsync(lake.Folder, cancellationToken: Token);
        Assert.IsType<SqlOutcome.Refused>(await query.RunAsync("SELECT * FROM read_text('/etc/passwd')", cancellationToken: Token));
        Assert.IsType<SqlOutcome.Refused>(await query.RunAsync("DROP TABLE x", cancellationToken: Token));
    }

    private static async Task<string> WriteAsync(LakeQuery query, SqlFormat format)
    {
        using var rows = Assert.IsType<SqlOutcome.Answer>(await query.RunAsync("SELECT i AS a FROM range(2) AS t(i)", cancellationToken: Token)).Rows;
        using var output = new MemoryStream();
        var pipe = PipeWriter.Create(output, new StreamPipeWriterOptions(leaveOpen: true));
        await new SqlWriter(rows, 10).WriteAsync(pipe, format, Token);
        await pipe.CompleteAsync();
        return Encoding.UTF8.GetString(output.ToArray());
    }
}
