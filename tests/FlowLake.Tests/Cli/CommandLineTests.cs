using System.Text.Json;
using FlowLake.Tests.QueryApi;
using Xunit;

namespace FlowLake.Tests.Cli;

public sealed class CommandLineTests
{
    [Theory]
    [InlineData("demo")]
    [InlineData("agent")]
    [InlineData("ingest")]
    [InlineData("serve")]
    [InlineData("key")]
    [InlineData("sql")]
    [InlineData("doctor")]
    public async Task Every_command_explains_itself(string verb)
    {
        var run = await FlowLakeProgram.RunAsync([verb, "--help"]);
        Assert.Equal(0, run.ExitCode);
        Assert.Contains($"flowlake {verb}", run.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sqll")]
    [InlineData("sql")]
    [InlineData("sql", "--lake", "there", "--json", "--csv", "SELECT 1")]
    [InlineData("agent", "--window", "soon")]
    public async Task A_wrong_command_line_starts_nothing_and_exits_with_2(params string[] arguments)
    {
        var run = await FlowLakeProgram.RunAsync(arguments);
        Assert.Equal(2, run.ExitCode);
        Assert.NotEmpty(run.Error);
    }

    [Fact]
    public async Task A_lake_that_is_not_there_is_an_error_and_not_an_empty_answer()
    {
        using var folder = new TemporaryFolder();
        var run = await FlowLakeProgram.RunAsync(["sql", "--lake", Path.Combine(folder.Path, "mistyped"), "SELECT count(*) FROM flows"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("there is no table at", run.Error, StringComparison.Ordinal);
        Assert.Empty(run.Output);
    }

    [Fact]
    public async Task A_lake_is_asked_for_a_table_for_JSON_and_for_CSV()
    {
        using var lake = new TestLake();
        await lake.AddFlowsAsync(TestFlows.Make(seed: 7, count: 200));
        const string question = "SELECT count(*) AS connections FROM flows";
        var primary = lake.Primary.Count();

        var table = await FlowLakeProgram.RunAsync(["sql", "--lake", lake.Folder, question]);
        Assert.Equal(0, table.ExitCode);
        Assert.Equal(["connections", "-----------", $"{primary,11}"], table.Output.TrimEnd().ReplaceLineEndings("\n").Split('\n'));

        var json = await FlowLakeProgram.RunAsync(["sql", "--lake", lake.Folder, "--json", "-"], question);
        Assert.Equal(primary, JsonDocument.Parse(json.Output).RootElement.GetProperty("rows")[0][0].GetInt32());

        var csv = await FlowLakeProgram.RunAsync(["sql", "--lake", lake.Folder, "--csv", question]);
        Assert.Equal($"connections\n{primary}\n", csv.Output.ReplaceLineEndings("\n"));
    }

    [Fact]
    public async Task A_refused_statement_names_its_place()
    {
        using var lake = new TestLake();
        await lake.AddFlowsAsync(TestFlows.Make(seed: 7, count: 200));
        var run = await FlowLakeProgram.RunAsync(["sql", "--lake", lake.Folder, "SELECT byte FROM flows"]);
        Assert.Equal(1, run.ExitCode);
        Assert.Contains("line 1, column 8", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_doctor_answers_scripts_in_JSON()
    {
        using var folder = new TemporaryFolder();
        var run = await FlowLakeProgram.RunAsync(["doctor", "--json", "--lake", folder.Path]);
        var checks = JsonDocument.Parse(run.Output).RootElement.EnumerateArray().ToArray();
        Assert.Contains(checks, check => check.GetProperty("name").GetString() == "store" && check.GetProperty("ok").GetBoolean());
        Assert.Equal(checks.All(check => check.GetProperty("ok").GetBoolean()) ? 0 : 1, run.ExitCode);
        Assert.All(checks, check => Assert.Equal(check.GetProperty("ok").GetBoolean(), check.GetProperty("remedy").GetString() == ""));
    }
}
