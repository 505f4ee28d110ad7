using System.Diagnostics;
using System.Text.Json;
using Xunit;

namespace FlowLake.Tests.QueryApi.OData;

/// <summary>The npm packages o.js, @odata/client and odata-query, unchanged, against the server. See tests/readers.</summary>
public sealed class IndependentClientTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Clients_find_what_linq_finds()
    {
        var answers = await AskAsync();
        var matching = fixture.Lake.Primary.Where(flow => flow is { Protocol: "tcp", ServerPort: 443 }).Select(flow => flow.PayloadToServer).OrderDescending().ToList();
        var sums = fixture.Lake.Primary.Where(flow => flow.Client.Zone is not null).GroupBy(flow => flow.Client.Zone!).ToDictionary(group => group.Key, group => group.Sum(flow => flow.PayloadToServer));
        Assert.Equal(["o.js", "@odata/client", "odata-query"], answers.EnumerateObject().Select(client => client.Name));
        Assert.All(answers.EnumerateObject(), client =>
        {
            Assert.Equal(matching.Take(5), client.Value.GetProperty("largest").EnumerateArray().Select(number => number.GetInt64()));
            Assert.Equal(matching.Count, client.Value.GetProperty("count").GetInt32());
            Assert.Equal(matching[0], client.Value.GetProperty("again").GetInt64());
            Assert.Equal(sums, client.Value.GetProperty("sums").EnumerateObject().ToDictionary(zone => zone.Name, zone => zone.Value.GetInt64()));
        });
    }

    private async Task<JsonElement> AskAsync()
    {
        var start = new ProcessStartInfo("node", [RepositoryRoot.File("artifacts", "npm", "readers", "ask.mjs"), fixture.Address + "odata/"]) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(Token), process.StandardError.ReadToEndAsync(Token));
        await process.WaitForExitAsync(Token);
        Assert.True(process.ExitCode == 0, await error);
        using var answers = JsonDocument.Parse(await output);
        return answers.RootElement.Clone();
    }
}
