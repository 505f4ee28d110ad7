using System.Globalization;
using System.Net;
using FlowLake.QueryApi.OData;
using FlowLake.QueryApi.Relations;
using Xunit;

namespace FlowLake.Tests.QueryApi.OData;

/// <summary>What is taken from a $filter about the rows it needs, and that its answer is that over all files.</summary>
public sealed class ODataBoundsTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    [Theory]
    [InlineData("$filter=date eq 2026-11-21 and zone eq 'a' and drops gt 1", "date 20778..20778; zone a..a; drops 1..")]
    [InlineData("$filter=2026-11-21 le date and (date lt 2026-11-22 and not (drops eq 1))", "date 20778..20779")]
    [InlineData("$filter=window_start ge 2026-11-21T00:00:00Z and window_start lt 2026-11-21T01:00:01%2B01:00", "window_start 1795219200000000..1795219201000000")]
    [InlineData("$filter=zone in ('b','a') and server_port in (80,443)", "server_port 80..443; zone a..b")]
    [InlineData("$apply=filter(date eq 2026-11-21)/compute(drops add 1 as more)/filter(zone eq 'a')/groupby((zone),aggregate($count as n))/filter(n gt 1)&$filter=zone eq 'b'", "date 20778..20778; zone a..a")]
    [InlineData("$compute=drops add 1 as more&$filter=more gt 5 and zone eq 'b'", "zone b..b")]
    // What says nothing for sure.
    [InlineData("$filter=date eq 2026-11-21 or drops gt 1", "")]
    [InlineData("$filter=not (date eq 2026-11-21)", "")]
    [InlineData("$filter=date ne 2026-11-21 and zone eq null and zone in ('a',null)", "")]
    [InlineData("$filter=drops gt 1.5 and date(window_start) eq 2026-11-21 and (date eq 2026-11-21) eq true", "")]
    public void What_a_filter_asks_is_taken_from_its_tree(string query, string expected)
    {
        var options = query.Split('&').Select(option => option.Split('=', 2)).ToDictionary(option => option[0], option => Uri.UnescapeDataString(option[1]));
        var rows = new ODataTranslator(ODataModel.Default).Translate(ODataModel.Default.Model.EntityContainer.FindEntitySet("Flows"), options).Rows;
        Assert.Equal(expected, string.Join("; ", rows.Bounds.All.OrderBy(bound => FlowRelations.Flows.Columns.IndexOf(FlowRelations.Flows.Column(bound.Key)!)).Select(bound => $"{bound.Key} {Text(bound.Value.Low)}..{Text(bound.Value.High)}")));
    }

    [Fact]
    public async Task No_row_is_lost_whatever_is_asked()
    {
        var random = new Random(61);
        for (var question = 0; question < 60; question++)
        {
            var set = Pick(random, "Flows", "Traffic", "ZoneTraffic", "PairTraffic", "Coverage");
            var filter = string.Join(Pick(random, " and ", " and ", " or "), Enumerable.Range(0, random.Next(1, 4)).Select(_ => Comparison(random, set.EndsWith("eTraffic", StringComparison.Ordinal) || set == "PairTraffic")));
            // Below "or" nothing is sure, so that all files are read.
            Assert.Equal(await CountAsync($"{set}/$count?$filter=({filter}) or 1 eq 2"), await CountAsync($"{set}/$count?$filter={filter}"));
        }
    }

    private async Task<string> CountAsync(string query)
    {
        using var answer = await fixture.Client.GetAsync("/odata/" + query, TestContext.Current.CancellationToken);
        var text = await answer.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(answer.StatusCode == HttpStatusCode.OK, $"{query}: {text}");
        return text;
    }

    private static string Comparison(Random random, bool hourly)
    {
        var (day, time) = (TestFlows.Start.UtcDateTime.AddDays(random.Next(-1, 4)), TestFlows.Start.UtcDateTime.AddMinutes(random.Next(-600, 4_000)));
        var sign = Pick(random, "eq", "lt", "le", "gt", "ge", "ne");
        return random.Next(5) switch
        {
            0 => string.Create(CultureInfo.InvariantCulture, $"{day:yyyy-MM-dd} {sign} date"),
            1 => string.Create(CultureInfo.InvariantCulture, $"date ge {day:yyyy-MM-dd} and {day.AddDays(2):yyyy-MM-dd} gt date"),
            2 => string.Create(CultureInfo.InvariantCulture, $"{(hourly ? "hour" : "window_start")} {sign} {time:yyyy-MM-dd'T'HH:mm:ss'Z'}"),
            3 when !hourly => $"zone {sign} '{Pick(random, "eu-west-1a", "zürich-é", "m")}'",
            _ => string.Create(CultureInfo.InvariantCulture, $"{Pick(random, "", "not ")}(date {sign} {day:yyyy-MM-dd})"),
        };
    }

    private static string Pick(Random random, params string[] from) => from[random.Next(from.Length)];

    private static string? Text(BoundValue? value) => value is { } bound ? bound.Text ?? bound.Number.ToString(CultureInfo.InvariantCulture) : null;
}
