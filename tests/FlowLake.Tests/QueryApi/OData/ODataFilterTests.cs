using System.Globalization;
using System.Net;
using System.Text.Json;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.QueryApi.OData;

/// <summary>Each operator and function of $filter against LINQ over the same records.</summary>
public sealed class ODataFilterTests(QueryFixture fixture) : IClassFixture<QueryFixture>
{
    private static readonly Dictionary<string, Func<FlowRecord, bool>> Filters = new()
    {
        ["protocol eq 'tcp'"] = flow => flow.Protocol == "tcp",
        ["protocol ne 'tcp'"] = flow => flow.Protocol != "tcp",
        ["client_zone eq 'eu-west-1a'"] = flow => flow.Client.Zone == "eu-west-1a",
        ["client_zone ne 'eu-west-1a'"] = flow => flow.Client.Zone != "eu-west-1a",
        ["client_zone eq null"] = flow => flow.Client.Zone is null,
        ["client_zone ne null"] = flow => flow.Client.Zone is not null,
        ["null eq client_zone"] = flow => flow.Client.Zone is null,
        ["not (client_zone eq 'eu-west-1a')"] = flow => flow.Client.Zone != "eu-west-1a",
        ["not (client_zone ne 'eu-west-1a')"] = flow => flow.Client.Zone == "eu-west-1a",
        ["client_zone eq server_zone"] = flow => flow.Client.Zone == flow.Server.Zone,
        ["client_zone ne server_zone"] = flow => flow.Client.Zone != flow.Server.Zone,
        ["zone eq '100% zone=c'"] = flow => flow.Zone == "100% zone=c",
        ["zone eq 'o''zone\"d'"] = flow => flow.Zone == "o'zone\"d",
        ["zone eq 'zürich-é'"] = flow => flow.Zone == "zürich-é",
        ["zone in ('eu-west-1a', 'eu west/1b')"] = flow => flow.Zone is "eu-west-1a" or "eu west/1b",
        ["zone in ('eu-west-1a', null)"] = flow => flow.Zone is "eu-west-1a" or null,
        ["not (zone in ('eu-west-1a', 'eu west/1b'))"] = flow => flow.Zone is not ("eu-west-1a" or "eu west/1b"),
        ["server_port in (80, 443)"] = flow => flow.ServerPort is 80 or 443,
        ["server_port gt 80"] = flow => flow.ServerPort > 80,
        ["server_port ge 443"] = flow => flow.ServerPort >= 443,
        ["server_port lt 443"] = flow => flow.ServerPort < 443,
        ["server_port le 80"] = flow => flow.ServerPort <= 80,
        ["service_port gt 1"] = flow => flow.ServicePort > 1,
        ["not (service_port gt 1)"] = flow => !(flow.ServicePort > 1),
        ["srtt_us_min lt srtt_us_max"] = flow => flow.SrttUsMin < flow.SrttUsMax,
        ["not (srtt_us_min lt srtt_us_max)"] = flow => !(flow.SrttUsMin < flow.SrttUsMax),
        ["(srtt_us_min lt 500) eq false"] = flow => !(flow.SrttUsMin < 500),
        ["payload_to_server gt 4294967296"] = flow => flow.PayloadToServer > 4294967296,
        ["payload_to_server gt 1.5"] = flow => flow.PayloadToServer > 1,
        ["payload_to_server eq -1"] = _ => false,
        ["protocol eq 'tcp' and server_port eq 80"] = flow => flow.Protocol == "tcp" && flow.ServerPort == 80,
        ["protocol eq 'udp' or server_port eq 80"] = flow => flow.Protocol == "udp" || flow.ServerPort == 80,
        ["not (protocol eq 'udp' or client_zone eq 'eu-west-1a') and drops eq 0"] = flow => !(flow.Protocol == "udp" || flow.Client.Zone == "eu-west-1a") && flow.Drops == 0,
        ["estimated"] = flow => flow.Estimated,
        ["not estimated"] = flow => !flow.Estimated,
        ["estimated eq true"] = flow => flow.Estimated,
        ["bytes_to_server eq payload_to_server add header_bytes_to_server"] = _ => true,
        ["payload_to_server sub payload_to_client gt 0"] = flow => flow.PayloadToServer > flow.PayloadToClient,
        ["packets_to_server mul 2 gt packets_to_client"] = flow => flow.PacketsToServer * 2 > flow.PacketsToClient,
        ["packets_to_server div 7 eq 100"] = flow => flow.PacketsToServer / 7 == 100,
        ["packets_to_server mod 7 eq 3"] = flow => flow.PacketsToServer % 7 == 3,
        ["-packets_to_server lt -5000"] = flow => -flow.PacketsToServer < -5000,
        ["contains(client_workload, 'a')"] = flow => flow.Client.Workload?.Contains('a') == true,
        ["not contains(client_workload, 'a')"] = flow => flow.Client.Workload is { } workload && !workload.Contains('a'),
        ["startswith(client_workload, 'w')"] = flow => flow.Client.Workload?.StartsWith('w') == true,
        ["endswith(client_workload, 'ße')"] = flow => flow.Client.Workload?.EndsWith("ße", StringComparison.Ordinal) == true,
        ["contains(client_workload, '%')"] = flow => flow.Client.Workload?.Contains('%') == true,
        ["length(client_workload) eq 4"] = flow => flow.Client.Workload?.Length == 4,
        ["indexof(client_workload, 'a') eq 1"] = flow => flow.Client.Workload?.IndexOf('a') == 1,
        ["indexof(client_workload, 'zz') eq -1"] = flow => flow.Client.Workload is not null,
        ["substring(client_workload, 1) eq 'art'"] = flow => flow.Client.Workload == "cart",
        ["substring(client_workload, 1, 2) eq 'eb'"] = flow => flow.Client.Workload == "web",
        ["toupper(client_workload) eq 'WEB'"] = flow => flow.Client.Workload == "web",
        ["tolower(client_node) eq 'node-1'"] = flow => flow.Client.Node == "node-1",
        ["trim(client_workload) eq 'api'"] = flow => flow.Client.Workload == "api",
        ["concat(client_workload, concat('/', client_namespace)) eq 'web/shop'"] = flow => flow.Client is { Workload: "web", Namespace: "shop" },
        ["date eq 2026-11-21"] = flow => DateOnly.FromDateTime(flow.WindowStart.UtcDateTime) == new DateOnly(2026, 11, 21),
        ["date in (2026-11-21,2026-11-22)"] = flow => DateOnly.FromDateTime(flow.WindowStart.UtcDateTime) is { Day: 21 or 22 },
        ["not(date in ( 2026-11-20 , 2026-11-22, null ))"] = flow => DateOnly.FromDateTime(flow.WindowStart.UtcDateTime) is { Day: not (20 or 22) },
        ["date in (2026-11-21) and zone in ('in (2026-11-21)', 'eu-west-1a') and protocol ne 'date in (2026-11-21)'"] = flow => flow.WindowStart.UtcDateTime.Day == 21 && flow.Zone == "eu-west-1a",
        ["window_start in (2026-11-21T06:00:00Z,2026-11-21T07:00:00.000000+01:00)"] = flow => flow.WindowStart == new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero),
        ["date(window_start)in(2026-11-20)"] = flow => flow.WindowStart.UtcDateTime.Day == 20,
        ["date gt 2026-11-21"] = flow => DateOnly.FromDateTime(flow.WindowStart.UtcDateTime) > new DateOnly(2026, 11, 21),
        ["window_start ge 2026-11-21T06:00:00Z and window_start lt 2026-11-21T09:30:00+01:00"] =
            flow => flow.WindowStart >= new DateTimeOffset(2026, 11, 21, 6, 0, 0, TimeSpan.Zero) && flow.WindowStart < new DateTimeOffset(2026, 11, 21, 8, 30, 0, TimeSpan.Zero),
        ["window_start lt now()"] = flow => flow.WindowStart < DateTimeOffset.UtcNow,
        ["year(window_start) eq 2026 and month(window_start) eq 11 and day(window_start) eq 22"] = flow => flow.WindowStart.UtcDateTime.Day == 22,
        ["day(date) eq 20"] = flow => flow.WindowStart.UtcDateTime.Day == 20,
        ["hour(window_start) eq 22"] = flow => flow.WindowStart.UtcDateTime.Hour == 22,
        ["minute(window_start) lt 10"] = flow => flow.WindowStart.UtcDateTime.Minute < 10,
        ["second(window_start) eq 30"] = flow => flow.WindowStart.UtcDateTime.Second == 30,
        ["fractionalseconds(window_start) eq 0"] = _ => true,
        ["date(window_start) eq 2026-11-22"] = flow => flow.WindowStart.UtcDateTime.Day == 22,
        ["round(packets_to_server div 10.0) eq 100"] = flow => Math.Round(flow.PacketsToServer / 10m, MidpointRounding.AwayFromZero) == 100,
        ["floor(packets_to_server div 10.0) eq 100"] = flow => flow.PacketsToServer / 10 == 100,
        ["ceiling(packets_to_server div 10.0) eq 100"] = flow => Math.Ceiling(flow.PacketsToServer / 10m) == 100,
        ["client_pod eq 'x'' OR 1=1 --'"] = _ => false,
    };

    public static TheoryData<string> FilterTexts => [.. Filters.Keys];

    [Theory, MemberData(nameof(FilterTexts))]
    public async Task A_filter_selects_what_linq_selects(string filter)
    {
        var (status, body) = await fixture.ODataAsync($"Flows?$select=payload_to_server,header_bytes_to_server&$count=true&$filter={Uri.EscapeDataString(filter)}");
        Assert.True(status == HttpStatusCode.OK, body.GetRawText());
        var expected = fixture.Lake.Primary.Where(Filters[filter]).Select(flow => (flow.PayloadToServer, flow.HeaderBytesToServer)).Order().ToList();
        Assert.Equal(expected.Count, body.GetProperty("@odata.count").GetInt64());
        Assert.Equal(expected, (await AllAsync(body)).Select(row => (row.GetProperty("payload_to_server").GetInt64(), row.GetProperty("header_bytes_to_server").GetInt64())).Order());
        Assert.Equal(
            expected.Count.ToString(CultureInfo.InvariantCulture),
            await fixture.Client.GetStringAsync($"/odata/Flows/$count?$filter={Uri.EscapeDataString(filter)}", TestContext.Current.CancellationToken));
    }

    private async Task<List<JsonElement>> AllAsync(JsonElement page)
    {
        var rows = new List<JsonElement>();
        while (true)
        {
            rows.AddRange(page.GetProperty("value").EnumerateArray());
            if (!page.TryGetProperty("@odata.nextLink", out var next))
                return rows;
            (_, page) = await fixture.ODataAsync(next.GetString()!);
        }
    }
}
