using System.Net;
using FlowLake.QueryApi.Hosting;
using Xunit;

namespace FlowLake.Tests.QueryApi.Hosting;

/// <summary>Which pages of other origins a browser lets ask.</summary>
public sealed class CrossOriginTests : IAsyncLifetime
{
    private const string Listed = "https://grafana.example";

    private readonly TestLake lake = new();
    private ServedLake served = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() =>
        served = await ServedLake.StartAsync(lake, options => options with { CrossOrigins = [Listed] });

    public async ValueTask DisposeAsync()
    {
        await served.DisposeAsync();
        lake.Dispose();
    }

    [Theory]
    [InlineData(Listed, true)]
    [InlineData("https://grafana.example:8443", false)]
    [InlineData("http://grafana.example", false)]
    [InlineData("https://attacker.example", false)]
    [InlineData("null", false)]
    public async Task A_page_of_an_origin_in_the_list_may_ask_and_no_other(string origin, bool allowed)
    {
        using var ask = new HttpRequestMessage(HttpMethod.Options, "/v1/sql");
        ask.Headers.Add("Origin", origin);
        ask.Headers.Add("Access-Control-Request-Method", "POST");
        ask.Headers.Add("Access-Control-Request-Headers", "authorization,content-type");
        using var may = await served.Client.SendAsync(ask, Token);
        Assert.Equal(allowed, may.Headers.Contains("Access-Control-Allow-Origin"));
        using var question = new HttpRequestMessage(HttpMethod.Get, "/v1/sql?query=SELECT%201");
        question.Headers.Add("Origin", origin);
        using var answer = await served.Client.SendAsync(question, Token);
        Assert.Equal(allowed ? Listed : null, answer.Headers.TryGetValues("Access-Control-Allow-Origin", out var values) ? values.Single() : null);
        Assert.False(answer.Headers.Contains("Access-Control-Allow-Credentials"));
        if (!allowed)
            return;
        Assert.Equal(HttpStatusCode.NoContent, may.StatusCode);
        Assert.Contains("Authorization", may.Headers.GetValues("Access-Control-Allow-Headers").Single(), StringComparison.Ordinal);
        Assert.Contains(QueryHeaders.Version, answer.Headers.GetValues("Access-Control-Expose-Headers").Single(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("*")]
    [InlineData("grafana.example")]
    [InlineData("https://grafana.example/")]
    public async Task What_is_no_origin_ends_the_start(string origin) =>
        await Assert.ThrowsAsync<ArgumentException>(() => ServedLake.StartAsync(lake, options => options with { CrossOrigins = [origin] }));
}
