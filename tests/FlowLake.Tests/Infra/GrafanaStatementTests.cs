using System.Text;
using System.Text.Json;
using FlowLake.Schemas.Coverage;
using FlowLake.Tests.QueryApi;
using FlowLake.Tests.Tidy;
using Xunit;

namespace FlowLake.Tests.Infra;

/// <summary>Asks every question of the dashboard of the real query API over a real lake, and looks at what comes back.</summary>
public sealed class GrafanaStatementTests(GrafanaLake lake) : IClassFixture<GrafanaLake>
{
    private static readonly GrafanaDashboard Dashboard = GrafanaDashboard.Load(Path.Combine(Checkout.Root, "infra/grafana/zone-matrix.json"));

    private static readonly DateTimeOffset From = TestFlows.Start.AddHours(5).AddMinutes(17);
    private static readonly DateTimeOffset To = TestFlows.Start.AddDays(2).AddMinutes(30);

    public static TheoryData<string, string> Questions =>
        [.. from target in Dashboard.Targets from choice in new[] { "everything", "some of each" } select (target.Place, choice)];

    [Theory, MemberData(nameof(Questions))]
    public async Task A_question_is_answered_with_the_columns_it_takes(string place, string choice)
    {
        var target = Dashboard.Targets.Single(target => target.Place == place);
        var rows = await AskAsync(target, choice);
        Assert.NotEmpty(rows);
        foreach (var (selector, _, type) in target.Columns)
        {
            var values = rows.Select(row => row.GetProperty(selector)).Where(value => value.ValueKind != JsonValueKind.Null).ToList();
            Assert.NotEmpty(values);
            Assert.All(values, value => Assert.True(Fits(value, type), $"{place}, {selector}: {value} is no {type}"));
        }

        Assert.All(rows, row => Assert.Equal(target.Columns.Select(column => column.Selector), row.EnumerateObject().Select(property => property.Name)));
    }

    [Fact]
    public async Task The_matrix_adds_up_to_the_traffic_of_these_hours()
    {
        var firstHour = new DateTimeOffset(From.Year, From.Month, From.Day, From.Hour, 0, 0, TimeSpan.Zero);
        var expected = lake.Full.Primary.Where(flow => flow.WindowStart >= firstHour && flow.WindowStart < To).Sum(
            flow => flow.PayloadToServer + flow.PayloadToClient + flow.HeaderBytesToServer + flow.HeaderBytesToClient);
        Assert.Equal(expected, (await AskAsync("From zone to zone")).Sum(row => row.GetProperty("bytes").GetInt64()));
        Assert.Equal(expected, Assert.Single(await AskAsync("In this time")).GetProperty("bytes").GetInt64());
    }

    [Fact]
    public async Task What_was_not_seen_leaves_out_what_was() =>
        Assert.Equal([CoverageReason.UnknownEnd], (await AskAsync("What was not seen")).Select(row => row.GetProperty("reason").GetString()));

    [Fact]
    public async Task An_empty_lake_breaks_no_panel()
    {
        foreach (var target in Dashboard.Targets)
            _ = await AskAsync(lake.EmptyClient, target, "everything");
    }

    private Task<JsonElement[]> AskAsync(string place) => AskAsync(Dashboard.Targets.Single(target => target.Place == place), "everything");

    private Task<JsonElement[]> AskAsync(GrafanaTarget target, string choice) => AskAsync(lake.FullClient, target, choice);

    private static async Task<JsonElement[]> AskAsync(HttpClient asker, GrafanaTarget target, string choice)
    {
        var body = GrafanaDashboard.Interpolate(target.Body, Values(choice));
        using var content = new StringContent(body, Encoding.UTF8, "application/json");
        using var response = await asker.PostAsync(new Uri(target.Url, UriKind.Relative), content, TestContext.Current.CancellationToken);
        var text = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(response.IsSuccessStatusCode, $"{target.Place}: {(int)response.StatusCode} {text}\n{body}");
        return [.. JsonDocument.Parse(text).RootElement.EnumerateArray()];
    }

    /// <summary>What Grafana puts in, as its formats write it: "All" is the variable's own text, any other value is quoted.</summary>
    private static Dictionary<string, string> Values(string choice) => new()
    {
        ["__from:date:iso"] = $"{From:yyyy-MM-ddTHH:mm:ss.fffZ}",
        ["__to:date:iso"] = $"{To:yyyy-MM-ddTHH:mm:ss.fffZ}",
        ["zone:sqlstring"] = choice == "everything" ? All("zone") : "'eu-west-1a','zürich-é','eu west/1b','100% zone=c'",
        ["namespace:sqlstring"] = choice == "everything" ? All("namespace") : "'shop','o''neill'",
        ["top"] = "10",
    };

    private static string All(string variable) =>
        Dashboard.Variables.Single(candidate => candidate.GetProperty("name").GetString() == variable).GetProperty("allValue").GetString()!;

    private static bool Fits(JsonElement value, string type) => type switch
    {
        "number" => value.ValueKind == JsonValueKind.Number,
        "timestamp" => value.ValueKind == JsonValueKind.String && value.TryGetDateTimeOffset(out _),
        "string" => value.ValueKind == JsonValueKind.String,
        _ => false,
    };
}
