using System.Net;
using System.Text;
using FlowLake.Tests.QueryApi.Access;
using Xunit;

namespace FlowLake.Tests.QueryApi.Hosting;

/// <summary>A real process asked to end while it answers.</summary>
public sealed class GracefulStopTests
{
    private const int Rows = 400_000;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task An_answer_in_flight_is_finished_and_nobody_else_is_let_in()
    {
        using var lake = new TestLake();
        await using var served = await ServeProcess.StartAsync(lake, "--stop-time", "10m");
        // More than sockets hold: it cannot have been sent before it is read.
        using var answer = await served.Client.GetAsync($"/v1/sql?format=ndjson&limit={Rows}&query=" + Uri.EscapeDataString($"SELECT md5(i::VARCHAR) AS a, md5(i::VARCHAR) AS b, md5(i::VARCHAR) AS c FROM range({Rows}) AS t(i)"), HttpCompletionOption.ResponseHeadersRead, Token);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        await using var body = await answer.Content.ReadAsStreamAsync(Token);
        var first = new byte[1_000];
        await body.ReadExactlyAsync(first, Token);
        served.Terminate();
        using (var stranger = new HttpClient { BaseAddress = served.Address })
        {
            await ServeProcess.EventuallyAsync(async () =>
            {
                try
                {
                    using var late = await stranger.GetAsync("/readyz", Token);
                    return false;
                }
                catch (HttpRequestException)
                {
                    return true;
                }
            });
        }

        using var reader = new StreamReader(body, Encoding.UTF8);
        var rest = await reader.ReadToEndAsync(Token);
        Assert.Equal(Rows, first.Count(character => character == '\n') + rest.Count(character => character == '\n'));
        Assert.Equal(0, await served.ExitCodeAsync());
    }
}
