using System.Globalization;
using System.Net;
using System.Text.Json;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.QueryApi.OData;

/// <summary>Each transformation of $apply, $compute and $search against LINQ over the same records.</summary>
public sealed class ODataApplyTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static readonly Dictionary<string, Func<FlowRecord[], IEnumerable<object?[]>>> Answers = new()
    {
        ["$apply=aggregate($count as n)"] = flows => [[flows.Length]],
        ["$apply=aggregate(payload_to_server with sum as s,payload_to_server with min as lo,payload_to_server with max as hi,payload_to_server with average as mean)"] = flows =>
            [[flows.Sum(flow => flow.PayloadToServer), flows.Min(flow => flow.PayloadToServer), flows.Max(flow => flow.PayloadToServer), flows.Average(flow => flow.PayloadToServer)]],
        ["$apply=aggregate(srtt_us_min with sum as s,srtt_us_min with average as mean,srtt_us_min with countdistinct as d)"] = flows =>
            [[flows.Sum(flow => (long?)flow.SrttUsMin), flows.Average(flow => flow.SrttUsMin), flows.Select(flow => flow.SrttUsMin).Where(value => value is not null).Distinct().Count()]],
        ["$apply=aggregate(client_zone with countdistinct as zones,client_zone with min as first,client_zone with max as last)"] = flows =>
            [[Zones(flows).Count(), Zones(flows).Min(StringComparer.Ordinal), Zones(flows).Max(StringComparer.Ordinal)]],
        ["$apply=aggregate(payload_to_server add payload_to_client mul 2 with sum as s)"] = flows => [[flows.Sum(flow => flow.PayloadToServer + flow.PayloadToClient * 2)]],
        ["$apply=aggregate(packets_to_server mul 0.5 with max as m)"] = flows => [[flows.Max(flow => flow.PacketsToServer) * 0.5]],
        ["$apply=groupby((client_zone))"] = flows => flows.GroupBy(flow => flow.Client.Zone).Select(group => new object?[] { group.Key }),
        ["$apply=groupby((client_zone,server_port),aggregate(payload_to_server with sum as bytes,$count as n))"] = flows => flows
            .GroupBy(flow => (flow.Client.Zone, flow.ServerPort)).Select(group => new object?[] { group.Key.Zone, group.Key.ServerPort, group.Sum(flow => flow.PayloadToServer), group.Count() }),
        ["$apply=filter(protocol eq 'udp' and not (client_zone eq null))/groupby((client_zone),aggregate($count as n))"] = flows => flows
            .Where(flow => flow is { Protocol: "udp", Client.Zone: not null }).GroupBy(flow => flow.Client.Zone).Select(group => new object?[] { group.Key, group.Count() }),
        ["$apply=groupby((client_zone),aggregate(payload_to_server with sum as bytes))/filter(bytes gt 1000000000000 and client_zone ne 'eu-west-1a')"] = flows => flows
            .GroupBy(flow => flow.Client.Zone).Select(group => (group.Key, Bytes: group.Sum(flow => flow.PayloadToServer)))
            .Where(row => row.Bytes > 1_000_000_000_000 && row.Key != "eu-west-1a").Select(row => new object?[] { row.Key, row.Bytes }),
        ["$apply=groupby((client_zone,server_port),aggregate(payload_to_server with sum as bytes))/compute(bytes div 3 as third)/groupby((client_zone),aggregate(third with max as most,$count as ports))"] = flows => flows
            .GroupBy(flow => (flow.Client.Zone, flow.ServerPort)).Select(group => (group.Key.Zone, Third: group.Sum(flow => flow.PayloadToServer) / 3))
            .GroupBy(row => row.Zone).Select(group => new object?[] { group.Key, group.Max(row => row.Third), group.Count() }),
        ["$apply=groupby((client_zone),aggregate($count as n))/aggregate(n with sum as all,n with max as most)"] = flows =>
            [[flows.Length, flows.GroupBy(flow => flow.Client.Zone).Max(group => group.Count())]],
        ["$apply=compute(packets_to_server gt 5000 as busy)/groupby((busy),aggregate($count as n))"] = flows => flows
            .GroupBy(flow => flow.PacketsToServer > 5000).Select(group => new object?[] { group.Key, group.Count() }),
        ["$apply=compute(toupper(protocol) as name)/filter(name eq 'UDP')/aggregate($count as n)"] = flows => [[flows.Count(flow => flow.Protocol == "udp")]],
        ["$apply=compute(year(window_start) as y,hour(window_start) as h)/groupby((y,h),aggregate($count as n))"] = flows => flows
            .GroupBy(flow => flow.WindowStart.UtcDateTime.Hour).Select(group => new object?[] { 2026, group.Key, group.Count() }),
        // A name that a group no longer has is free again, also with another type.
        ["$apply=groupby((client_zone),aggregate(payload_to_server with sum as protocol))&$filter=protocol gt 1000000000000&$orderby=protocol desc&$select=protocol"] = flows => flows
            .GroupBy(flow => flow.Client.Zone).Select(group => group.Sum(flow => flow.PayloadToServer)).Where(bytes => bytes > 1_000_000_000_000).Select(bytes => new object?[] { bytes }),
        ["$apply=groupby((client_zone),aggregate(payload_to_server with sum as bytes))&$compute=bytes mul 8 as bits&$filter=bits gt 8 and contains(client_zone, 'eu')&$select=client_zone,bits"] = flows => flows
            .GroupBy(flow => flow.Client.Zone).Where(group => group.Key?.Contains("eu", StringComparison.Ordinal) == true).Select(group => new object?[] { group.Key, group.Sum(flow => flow.PayloadToServer) * 8 }),
        ["$apply=groupby((client_workload))&$search=A"] = flows => flows
            .Select(flow => flow.Client.Workload).Distinct().Where(workload => workload?.Contains('a') == true).Select(workload => new object?[] { workload }),
        ["$apply=filter(client_pod eq 'x'' OR 1=1 /concat(')/aggregate($count as n)"] = _ => [[0]],
        ["$compute=packets_to_server div 7 as weeks,packets_to_server mod 7 as days&$filter=weeks eq 100 or days eq 3&$select=weeks,days"] = flows => flows
            .Select(flow => (Weeks: flow.PacketsToServer / 7, Days: flow.PacketsToServer % 7)).Where(row => row.Weeks == 100 || row.Days == 3).Select(row => new object?[] { row.Weeks, row.Days }),
        ["$compute=srtt_us_min gt 500 as slow&$filter=not slow&$select=slow,srtt_us_min"] = flows => flows
            .Where(flow => !(flow.SrttUsMin > 500)).Select(flow => new object?[] { flow.SrttUsMin, false }),
        ["$search=WEB&$select=client_pod"] = flows => Search(flows, names => Has(names, "web")),
        ["$search=web AND shop&$select=client_pod"] = flows => Search(flows, names => Has(names, "web") && Has(names, "shop")),
        ["$search=web shop&$select=client_pod"] = flows => Search(flows, names => Has(names, "web") && Has(names, "shop")),
        ["$search=cart OR NOT \"node-1\"&$select=client_pod"] = flows => Search(flows, names => Has(names, "cart") || !Has(names, "node-1")),
        ["$search=\"GRÖßE-2\"&$select=client_pod"] = flows => Search(flows, names => Has(names, "größe-2")),
        ["$search=\"%25\"&$select=client_pod"] = flows => Search(flows, names => Has(names, "%")),
        ["$search=\"' OR 1=1 --\"&$select=client_pod"] = _ => [],
        ["$search=udp&$select=client_pod"] = _ => [],
    };

    public static TheoryData<string> Questions => [.. Answers.Keys];

    [Theory, MemberData(nameof(Questions))]
    public async Task An_answer_is_what_linq_says(string question)
    {
        var query = string.Join('&', question.Split('&').Select(option => option.Contains("%25", StringComparison.Ordinal) ? option : option[..(option.IndexOf('=', StringComparison.Ordinal) + 1)] + Uri.EscapeDataString(option[(option.IndexOf('=', StringComparison.Ordinal) + 1)..])));
        var (status, body) = await fixture.ODataAsync("Flows?$count=true&" + query);
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        var expected = Answers[question]([.. fixture.Lake.Primary]).Select(row => string.Join('|', row.Select(Text))).Order(StringComparer.Ordinal).ToList();
        Assert.Equal(expected.Count, body.GetProperty("@odata.count").GetInt32());
        var rows = new List<string>();
        while (true)
        {
            rows.AddRange(body.GetProperty("value").EnumerateArray().Select(row => string.Join('|', row.EnumerateObject().Where(member => !member.Name.Contains('@', StringComparison.Ordinal)).Select(member => Text(member.Value)))));
            if (!body.TryGetProperty("@odata.nextLink", out var next))
                break;
            (_, body) = await fixture.ODataAsync(next.GetString()!);
        }

        Assert.Equal(expected, rows.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("concat(aggregate($count as n),groupby((protocol)))", "concat")]
    [InlineData("topcount(5,payload_to_server)", "topcount")]
    [InlineData("filter(drops eq 0)/topcount(5,payload_to_server)", "topcount")]
    [InlineData("filter(drops eq 0)/identity", "identity")]
    [InlineData("orderby(drops)", "orderby")]
    [InlineData("expand(x,filter(true))", "expand")]
    [InlineData("groupby((rollup($all,protocol)))", "rollup")]
    [InlineData("groupby((protocol),filter(drops eq 0)/aggregate($count as n))", "groupby")]
    [InlineData("groupby((protocol),aggregate($count as n)/filter(n gt 1))", "groupby")]
    [InlineData("aggregate(drops with FlowLake.median as m)", "FlowLake.median")]
    public async Task What_is_not_there_is_named_and_answered_501(string apply, string named)
    {
        var (status, body) = await fixture.ODataAsync("Flows?$apply=" + Uri.EscapeDataString(apply));
        Assert.True(status == HttpStatusCode.NotImplemented, body.GetRawText());
        Assert.Contains(named, body.GetProperty("error").GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("$apply=groupby((nothere))")]
    [InlineData("$apply=groupby((protocol))&$filter=drops gt 1")]
    [InlineData("$apply=groupby((protocol))&$orderby=drops")]
    [InlineData("$apply=groupby((protocol))&$select=drops")]
    [InlineData("$apply=groupby((protocol),aggregate(drops with sum as protocol))")]
    [InlineData("$apply=groupby((protocol),aggregate(drops with sum as Protocol))")]
    [InlineData("$apply=aggregate(drops with sum)")]
    [InlineData("$apply=aggregate(protocol with sum as s)")]
    [InlineData("$apply=")]
    [InlineData("$apply=filter(true)/")]
    [InlineData("$apply=sum(drops)")]
    [InlineData("$apply=groupby((protocol)")]
    [InlineData("$compute=drops add 1 as drops")]
    [InlineData("$compute=drops add 1 as Drops")]
    [InlineData("$compute=null as nothing")]
    [InlineData("$compute=drops add 1")]
    [InlineData("$search=")]
    [InlineData("$search=web AND")]
    [InlineData("$apply=groupby((drops))&$search=web")]
    public async Task A_wrong_option_is_refused(string query)
    {
        var (status, body) = await fixture.ODataAsync("Flows?" + query);
        Assert.True(status == HttpStatusCode.BadRequest, body.GetRawText());
        Assert.NotEmpty(body.GetProperty("error").GetProperty("message").GetString()!);
    }

    [Fact]
    public async Task More_transformations_than_allowed_are_refused()
    {
        var (status, _) = await fixture.ODataAsync("Flows?$apply=" + string.Join('/', Enumerable.Repeat("filter(true)", 32)));
        Assert.Equal(HttpStatusCode.OK, status);
        (status, _) = await fixture.ODataAsync("Flows?$apply=" + string.Join('/', Enumerable.Repeat("filter(true)", 33)));
        Assert.Equal(HttpStatusCode.BadRequest, status);
    }

    [Fact]
    public async Task The_number_of_groups_is_asked_by_count()
    {
        var zones = fixture.Lake.Primary.Select(flow => flow.Client.Zone).Distinct().Count();
        Assert.Equal($"{zones}", await fixture.Client.GetStringAsync("/odata/Flows/$count?$apply=groupby((client_zone))", TestContext.Current.CancellationToken));
    }

    private static IEnumerable<string> Zones(FlowRecord[] flows) => flows.Select(flow => flow.Client.Zone).OfType<string>().Distinct();

    private static IEnumerable<object?[]> Search(FlowRecord[] flows, Func<string?[], bool> matches) => flows.Where(flow => matches(
    [
        flow.Zone, flow.Region, flow.Cluster, flow.Node, flow.Client.Namespace, flow.Client.Pod, flow.Client.Workload, flow.Client.Service, flow.Client.Node, flow.Client.Zone,
        flow.Server.Namespace, flow.Server.Pod, flow.Server.Workload, flow.Server.Service, flow.Server.Node, flow.Server.Zone,
    ])).Select(flow => new object?[] { flow.Client.Pod });

    private static bool Has(string?[] names, string term) => names.Any(name => name?.Contains(term, StringComparison.OrdinalIgnoreCase) == true);

    // Whole numbers by all their digits, others by twelve.
    private static string Text(object? value) => value switch
    {
        null => "null",
        double or float or decimal => Convert.ToDouble(value, CultureInfo.InvariantCulture).ToString("G12", CultureInfo.InvariantCulture),
        _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
    };

    private static string Text(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null => "null",
        JsonValueKind.String => value.GetString()!,
        JsonValueKind.Number when value.TryGetInt64(out var whole) => Text((object)whole),
        JsonValueKind.Number => Text((object)value.GetDouble()),
        _ => Text((object)value.GetBoolean()),
    };
}
