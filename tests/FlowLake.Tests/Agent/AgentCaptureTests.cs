using FlowLake.Ingest;
using FlowLake.QueryApi;
using FlowLake.QueryApi.Sql;
using FlowLake.Schemas.Coverage;
using FlowLake.Tests.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>Agents on a real kernel: what applications sent is what lies in the inbox, named and placed.</summary>
[Collection(nameof(KernelLab))]
public sealed class AgentCaptureTests : IDisposable
{
    private readonly CaptureLake lake = new();

    private KernelLab Lab => lake.Lab;

    public void Dispose() => lake.Dispose();

    private IEnumerable<(string Observer, bool Primary, string Client, string Server, string Service, long ToServer, long ToClient)> Rows(string protocol) =>
        lake.Inbox.Query($"""
            SELECT observer, is_primary, concat_ws('/', client_kind, client_pod, client_node, client_zone), concat_ws('/', server_kind, server_pod, server_node, server_zone),
                   concat_ws('/', server_service, server_port, service_port), sum(payload_to_server)::BIGINT, sum(payload_to_client)::BIGINT
            FROM inbox WHERE protocol = '{protocol}' GROUP BY ALL ORDER BY ALL
            """).Select(row => ((string)row[0]!, (bool)row[1]!, (string)row[2]!, (string)row[3]!, (string)row[4]!, (long)row[5]!, (long)row[6]!));

    [Fact]
    public async Task What_applications_sent_is_in_the_inbox_from_both_ends_and_primary_once()
    {
        var (caller, callee) = (Lab.PodOn(Lab.First), Lab.PodOn(Lab.Second));
        lake.RedirectService(Lab.First);
        callee.Do($"tcp-serve {Lab.Second.IPv4} {CaptureLake.Port}");
        callee.Do($"udp-serve {Lab.Second.IPv4} 5000");
        await using var first = await RunningAgent.StartAsync(lake.OptionsOf(Lab.First));
        await using var second = await RunningAgent.StartAsync(lake.OptionsOf(Lab.Second));

        var direct = caller.Do($"tcp-call {Lab.Second.IPv4} {CaptureLake.Port} 20 4 3");
        var service = caller.Do($"tcp-call {CaptureLake.ServiceAddress} {CaptureLake.ServicePort} 10 4 4");
        var udp = caller.Do($"udp-call {Lab.Second.IPv4} 5000 30 5");
        await first.StopAsync();
        await second.StopAsync();

        var client = $"pod/caller/{Lab.First.Namespace}/zone-a";
        var server = $"pod/callee/{Lab.Second.Namespace}/zone-b";
        Assert.Equal(
            [
                ("client", false, client, server, "web/8080/80", direct.Sent, direct.Received),
                ("client", false, client, "service", "web/8080/80", service.Sent, service.Received),
                ("server", true, client, server, "web/8080/80", direct.Sent + service.Sent, direct.Received + service.Received),
            ],
            Rows("tcp"));
        Assert.Equal([("client", false, client, server, "web/5000", udp.Sent, udp.Received), ("server", true, client, server, "web/5000", udp.Sent, udp.Received)], Rows("udp"));
        Assert.False(lake.Inbox.HasGaps);
        Assert.Equal(2, lake.Inbox.Coverage.Where(row => row.Reason == CoverageReason.Observed).Select(row => row.Node).Distinct().Count());
        Assert.True(lake.IsSpoolEmpty(Lab.First) && lake.IsSpoolEmpty(Lab.Second));
        Assert.Empty(System.IO.Directory.GetDirectories(Lab.BpfPath)); // nothing of the agents is left in the kernel
    }

    [Fact]
    public async Task What_passes_between_two_agents_is_counted_and_its_window_says_that_nobody_was_there()
    {
        var (caller, callee) = (Lab.PodOn(Lab.First), Lab.PodOn(Lab.Second));
        callee.Do($"tcp-serve {Lab.Second.IPv4} {CaptureLake.Port}");
        var options = lake.OptionsOf(Lab.Second) with { KeepCounting = true };
        await using var first = await RunningAgent.StartAsync(options);
        var before = caller.Do($"tcp-call {Lab.Second.IPv4} {CaptureLake.Port} 20 4 2");
        await first.StopAsync();
        var between = caller.Do($"tcp-call {Lab.Second.IPv4} {CaptureLake.Port} 20 4 2");
        await Task.Delay(TimeSpan.FromSeconds(1.5), TestContext.Current.CancellationToken);

        await using var second = await RunningAgent.StartAsync(options with { KeepCounting = false });
        var after = caller.Do($"tcp-call {Lab.Second.IPv4} {CaptureLake.Port} 20 4 2");
        await second.StopAsync();

        var row = Assert.Single(Rows("tcp"));
        Assert.Equal((before.Sent + between.Sent + after.Sent, before.Received + between.Received + after.Received), (row.ToServer, row.ToClient));
        Assert.Contains("took_over=true", second.Log, StringComparison.Ordinal);
        Assert.Single(lake.Inbox.Files.Select(file => file.Key.Stream).Distinct());
        Assert.True(lake.Inbox.CoverageSum(CoverageReason.AgentAbsent, "seconds") >= 1);
    }

    [Fact]
    public async Task What_was_asked_of_dns_is_in_sql_once_a_query_with_both_ends_named()
    {
        const int dnsPort = 53;
        var (caller, callee) = (Lab.PodOn(Lab.First), Lab.PodOn(Lab.Second));
        callee.Do($"dns-serve {Lab.Second.IPv4} {dnsPort}");
        callee.Do($"dns-serve {Lab.Second.IPv6} {dnsPort}");
        await using var first = await RunningAgent.StartAsync(lake.OptionsOf(Lab.First));
        await using var second = await RunningAgent.StartAsync(lake.OptionsOf(Lab.Second));

        caller.Do($"dns-ask {Lab.Second.IPv4} {dnsPort} Web.App.SVC.cluster.local 1 5");
        caller.Do($"dns-ask {Lab.Second.IPv6} {dnsPort} web.app.svc.cluster.local 1 2");
        caller.Do($"dns-ask {Lab.Second.IPv4} {dnsPort} code3.test 28 3");
        await first.StopAsync();
        await second.StopAsync();
        await IngestService.RunAsync(new IngestOptions { Lake = lake.Folder, WorkFolder = lake.WorkFolder, Log = TextWriter.Null }, follow: false, TestContext.Current.CancellationToken);

        using var query = await LakeQuery.OpenAsync(lake.Folder, cancellationToken: TestContext.Current.CancellationToken);
        var answer = Assert.IsType<SqlOutcome.Answer>(await query.RunAsync("""
            SELECT query_name, query_type, response_code, client_pod, server_pod, observer, sum(queries)::BIGINT, sum(latency_count)::BIGINT, min(latency_us_min) > 0
            FROM dns GROUP BY ALL ORDER BY ALL
            """, cancellationToken: TestContext.Current.CancellationToken));
        using var rows = answer.Rows;
        var found = new List<object?[]>();
        while (rows.Read())
        {
            for (var row = 0; row < rows.Result.RowCount; row++)
                found.Add([.. rows.Columns.Select((_, column) => rows.Result.GetValue(column, row))]);
        }

        Assert.Equal(
        [
            ["code3.test", "AAAA", "NXDOMAIN", "caller", "callee", "server", 3L, 3L, true],
            ["web.app.svc.cluster.local", "A", "NOERROR", "caller", "callee", "server", 7L, 7L, true],
        ], found);
    }
}
