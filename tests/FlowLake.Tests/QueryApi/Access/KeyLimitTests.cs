using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.Hosting;
using Xunit;

namespace FlowLake.Tests.QueryApi.Access;

/// <summary>The bounds of keys, met one by one at a real process.</summary>
public sealed class KeyLimitTests : IAsyncLifetime
{
    private const string Endless = "SELECT i AS a, md5(i::VARCHAR) AS b FROM range(100000000000) AS t(i)";

    private readonly TestLake lake = new();
    private readonly TemporaryFolder folder = new();
    private ServeProcess served = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        await lake.AddFlowsAsync(TestFlows.Make(61, 200));
        Add(new KeyLimits());
        served = await ServeProcess.StartAsync(lake, "--keys", folder.File("keys"));
    }

    public async ValueTask DisposeAsync()
    {
        await served.DisposeAsync();
        folder.Dispose();
        lake.Dispose();
    }

    [Fact]
    public async Task Rows()
    {
        var key = Add(new KeyLimits { Rows = 5 });
        await KnownAsync(key);
        await IsLimitAsync(await SqlAsync("SELECT 1", key, "&limit=6"), HttpStatusCode.RequestEntityTooLarge, "rows", 5);
        using var answer = await SqlAsync("SELECT * FROM flows", key);
        Assert.Equal("5", answer.Headers.GetValues(QueryHeaders.Limit).Single());
        using var rows = JsonDocument.Parse(await answer.Content.ReadAsStringAsync(Token));
        Assert.Equal((5, true), (rows.RootElement.GetProperty("row_count").GetInt32(), rows.RootElement.GetProperty("truncated").GetBoolean()));
        using var page = JsonDocument.Parse(await (await served.GetAsync("/odata/Flows", key)).Content.ReadAsStringAsync(Token));
        Assert.Equal(5, page.RootElement.GetProperty("value").GetArrayLength());
        Assert.True(page.RootElement.TryGetProperty("@odata.nextLink", out _));
    }

    [Fact]
    public async Task Bytes()
    {
        var key = Add(new KeyLimits { Bytes = 200_000 });
        await KnownAsync(key);
        using (var small = await SqlAsync("SELECT * FROM flows LIMIT 3", key))
            Assert.Equal(HttpStatusCode.OK, small.StatusCode);
        foreach (var format in new[] { "json", "objects", "ndjson", "csv" })
        {
            await IsLimitAsync(await SqlAsync("SELECT md5(i::VARCHAR) AS a, md5(i::VARCHAR) AS b, md5(i::VARCHAR) AS c, md5(i::VARCHAR) AS d FROM range(2000) AS t(i)", key, "&format=" + format), HttpStatusCode.RequestEntityTooLarge, "bytes", 200_000);
            // It has begun when it is found too large: the client hears of it by the connection's end.
            using var begun = await SqlAsync(Endless, key, "&limit=1000000&format=" + format);
            Assert.Equal(HttpStatusCode.OK, begun.StatusCode);
            await Assert.ThrowsAnyAsync<Exception>(async () => await begun.Content.ReadAsStringAsync(Token));
        }
    }

    [Fact]
    public async Task Seconds()
    {
        var key = Add(new KeyLimits { Seconds = 1 });
        await KnownAsync(key);
        var answer = await SqlAsync("SELECT count(*) FROM range(100000000000) a(i), range(1000) b(j) WHERE i % 7 = j % 3", key);
        Assert.NotNull(answer.Headers.RetryAfter);
        await IsLimitAsync(answer, HttpStatusCode.RequestTimeout, "seconds", 1);
        using var next = await SqlAsync("SELECT 1", key);
        Assert.Equal(HttpStatusCode.OK, next.StatusCode);
    }

    [Fact]
    public async Task Questions_at_once_and_waiting()
    {
        var (key, other) = (Add(new KeyLimits { Parallel = 1, Waiting = 0 }), Add(new KeyLimits { Parallel = 1, Waiting = 0 }));
        await KnownAsync(key);
        await KnownAsync(other);
        using (var running = await SqlAsync(Endless, key, "&limit=10000000"))
        {
            Assert.Equal(HttpStatusCode.OK, running.StatusCode);
            var refused = await SqlAsync("SELECT 1", key);
            Assert.NotNull(refused.Headers.RetryAfter);
            await IsLimitAsync(refused, HttpStatusCode.TooManyRequests, "waiting", 0);
            using var odata = await served.GetAsync("/odata/Flows/$count", key);
            Assert.Equal(HttpStatusCode.TooManyRequests, odata.StatusCode);
            Assert.NotNull(odata.Headers.RetryAfter);
            using var error = JsonDocument.Parse(await odata.Content.ReadAsStringAsync(Token));
            Assert.Equal("waiting", error.RootElement.GetProperty("error").GetProperty("target").GetString());
            using var answered = await SqlAsync("SELECT 1", other);
            Assert.Equal(HttpStatusCode.OK, answered.StatusCode);
        }

        await ServeProcess.EventuallyAsync(async () => (await SqlAsync("SELECT 1", key)).IsSuccessStatusCode);
    }

    private static async Task IsLimitAsync(HttpResponseMessage answer, HttpStatusCode status, string limit, long allowed)
    {
        using (answer)
        {
            var text = await answer.Content.ReadAsStringAsync(Token);
            Assert.True(answer.StatusCode == status, $"{answer.StatusCode}: {text}");
            using var problem = JsonDocument.Parse(text);
            Assert.Equal(("application/problem+json", "urn:flowlake:problem:limit"), (answer.Content.Headers.ContentType!.MediaType, problem.RootElement.GetProperty("type").GetString()));
            Assert.Equal((limit, allowed), (problem.RootElement.GetProperty("limit").GetString(), problem.RootElement.GetProperty("allowed").GetInt64()));
        }
    }

    private Task KnownAsync(string key) => ServeProcess.EventuallyAsync(async () =>
    {
        using var answer = await served.GetAsync("/v1/tables", key);
        return answer.IsSuccessStatusCode;
    });

    // Comes back with the headers; the body is read when asked for.
    private async Task<HttpResponseMessage> SqlAsync(string sql, string key, string more = "")
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, string.Create(CultureInfo.InvariantCulture, $"/v1/sql?query={Uri.EscapeDataString(sql)}{more}"));
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return await served.Client.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, Token);
    }

    private string Add(KeyLimits limits) => TestKeys.Add(folder.File("keys"), limits: limits);
}
