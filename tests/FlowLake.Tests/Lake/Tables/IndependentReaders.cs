using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace FlowLake.Tests.Lake.Tables;

/// <summary>What hyparquet and @duckdb/node-api, which share no code with FlowLake, read in Parquet files. See tests/readers.</summary>
internal sealed record IndependentReaders(IReadOnlyList<JsonElement> Hyparquet, IReadOnlyList<JsonElement> DuckDb)
{
    /// <summary>Reads the files by both; one entry a file.</summary>
    public static async Task<IReadOnlyDictionary<string, IndependentReaders>> ReadAsync(params string[] files)
    {
        var folder = RepositoryRoot.File("artifacts", "npm", "readers");
        var start = new ProcessStartInfo("node", [Path.Combine(folder, "read.mjs"), .. files]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        Assert.True(process.ExitCode == 0, await error);
        using var answers = JsonDocument.Parse(await output);
        return answers.RootElement.EnumerateArray().ToDictionary(
            answer => answer.GetProperty("file").GetString()!,
            answer => new IndependentReaders(Rows(answer.GetProperty("hyparquet")), Rows(answer.GetProperty("duckdb"))));
    }

    /// <summary>The rows, which both must have read alike.</summary>
    public IReadOnlyList<JsonElement> Agreed()
    {
        Assert.Equal(DuckDb.Count, Hyparquet.Count);
        foreach (var (left, right) in Hyparquet.Zip(DuckDb))
            Assert.True(JsonElement.DeepEquals(left, right), $"hyparquet reads {left}, DuckDB reads {right}");
        return DuckDb;
    }

    private static JsonElement[] Rows(JsonElement rows) => [.. rows.EnumerateArray().Select(row => row.Clone())];
}
