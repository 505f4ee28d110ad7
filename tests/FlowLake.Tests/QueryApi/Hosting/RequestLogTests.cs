using System.Text.Json;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.Hosting;
using FlowLake.Tests.QueryApi.Access;
using Xunit;

namespace FlowLake.Tests.QueryApi.Hosting;

/// <summary>What a real process logs of requests, and what it never does.</summary>
public sealed class RequestLogTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_request_and_a_slow_question_are_logged_as_JSON_under_the_requests_id_and_without_a_key()
    {
        using var lake = new TestLake();
        using var folder = new TemporaryFolder();
        var key = TestKeys.Add(folder.File("keys"));
        // Every question that takes a second is slow; this one takes longer than its client waits.
        await using var served = await ServeProcess.StartAsync(lake, "--keys", folder.File("keys"), "--log-format", "json", "--log-requests", "--slow-query", "1s");
        var statement = $"SELECT count(*), '{key}' FROM range(100000000000) a(i),\n range(1000) b(j) WHERE i % 7 = j % 3 /* {new string('x', RequestLog.TextMax)} END */";
        using (var request = new HttpRequestMessage(HttpMethod.Get, "/v1/sql?query=" + Uri.EscapeDataString(statement)))
        {
            request.Headers.Add("X-API-Key", key);
            request.Headers.Add("X-Request-Id", "mine-1");
            using var patience = CancellationTokenSource.CreateLinkedTokenSource(Token);
            patience.CancelAfter(TimeSpan.FromSeconds(2));
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => served.Client.SendAsync(request, patience.Token));
        }

        await ServeProcess.EventuallyAsync(() => Task.FromResult(Lines(served).Any(line => line.State("Question") is not null)));
        var slow = Assert.Single(Lines(served), line => line.State("Question") is not null);
        Assert.Equal(("mine-1", KeyText.IdOf(key)), (slow.State("RequestId"), slow.State("Caller")));
        Assert.Contains("flk_…", slow.State("Question"), StringComparison.Ordinal);
        Assert.DoesNotContain("END", slow.State("Question"), StringComparison.Ordinal);
        Assert.DoesNotContain("\n", slow.State("Question"), StringComparison.Ordinal);

        using (var answer = await served.GetAsync("/odata/Flows/$count", key))
        {
            var id = answer.Headers.GetValues("X-Request-Id").Single();
            // On a busy machine it may be a slow one as well, which is a line of its own.
            IEnumerable<LogLine> Answered() => Lines(served).Where(line => line.State("RequestId") == id && line.State("Question") is null);
            await ServeProcess.EventuallyAsync(() => Task.FromResult(Answered().Any()));
            Assert.Equal(("/odata/{**path}", "200"), (Answered().Single().State("Route"), Answered().Single().State("Status")));
        }

        using (var forged = new HttpRequestMessage(HttpMethod.Get, "/healthz"))
        {
            forged.Headers.TryAddWithoutValidation("X-Request-Id", "a b{\"c\":1}");
            using var answer = await served.Client.SendAsync(forged, Token);
            Assert.Matches("^[0-9a-f]{32}$", answer.Headers.GetValues("X-Request-Id").Single());
        }

        Assert.DoesNotContain(key[17..], served.Log, StringComparison.Ordinal);
    }

    private static List<LogLine> Lines(ServeProcess served) => [.. served.Log.Split('\n').Where(line => line.StartsWith('{')).Select(line => new LogLine(line))];

    /// <summary>A line of the log in JSON.</summary>
    private sealed class LogLine(string text)
    {
        private readonly JsonElement root = JsonDocument.Parse(text).RootElement;

        public string? State(string name) => root.TryGetProperty("State", out var state) && state.TryGetProperty(name, out var value) ? value.ToString() : null;
    }
}
