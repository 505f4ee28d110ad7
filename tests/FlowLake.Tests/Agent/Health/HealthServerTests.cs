using System.Net;
using System.Net.Sockets;
using System.Text;
using FlowLake.Agent.Health;
using Xunit;

namespace FlowLake.Tests.Agent.Health;

public sealed class HealthServerTests : IAsyncLifetime
{
    private readonly RushingTime time = new(new DateTimeOffset(2026, 11, 21, 10, 0, 0, TimeSpan.Zero));
    private HealthServer server = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ValueTask InitializeAsync()
    {
        server = HealthServer.Start(new IPEndPoint(IPAddress.Loopback, 0), path => path == "/big" ? HealthAnswer.Ok(new string('x', 5_000_000)) : HealthAnswer.Ok($"asked {path}"), time);
        return ValueTask.CompletedTask;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task<Socket> ConnectAsync()
    {
        var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(server.Address, Token);
        return client;
    }

    private async Task<string> SendAsync(string request)
    {
        using var client = await ConnectAsync();
        await client.SendAsync(Encoding.ASCII.GetBytes(request), Token);
        await using var stream = new NetworkStream(client);
        using var reader = new StreamReader(stream);
        return await reader.ReadToEndAsync(Token);
    }

    [Fact]
    public async Task A_path_is_answered_without_its_query()
    {
        using var client = new HttpClient();
        using var response = await client.GetAsync(new Uri($"http://{server.Address}/metrics?name=x"), Token);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain", response.Content.Headers.ContentType!.MediaType);
        Assert.Equal("asked /metrics\n", await response.Content.ReadAsStringAsync(Token));
        Assert.True(response.Headers.ConnectionClose);
    }

    [Fact]
    public async Task A_big_answer_arrives_whole()
    {
        using var client = new HttpClient();
        Assert.Equal(5_000_001, (await client.GetStringAsync(new Uri($"http://{server.Address}/big"), Token)).Length);
    }

    [Theory]
    [InlineData("POST /metrics HTTP/1.1\r\nContent-Length: 3\r\n\r\nabc", "405")]
    [InlineData("HEAD /metrics HTTP/1.1\r\n\r\n", "405")]
    [InlineData("GET metrics HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET http://elsewhere/ HTTP/1.1\r\n\r\n", "400")]
    [InlineData("GET /metrics HTTP/2\r\n\r\n", "400")]
    [InlineData("nonsense\r\n\r\n", "400")]
    [InlineData("GET /metrics HTTP/1.0\r\n\r\n", "200")]
    public async Task Only_a_GET_of_a_path_is_answered(string request, string status) =>
        Assert.StartsWith($"HTTP/1.1 {status} ", await SendAsync(request), StringComparison.Ordinal);

    [Fact]
    public async Task A_request_longer_than_the_bound_is_refused() =>
        Assert.StartsWith("HTTP/1.1 431 ", await SendAsync($"GET /{new string('x', HealthServer.RequestBytesMax - 5)}"), StringComparison.Ordinal);

    [Fact]
    public async Task Callers_who_say_nothing_hold_their_places_only_for_a_time()
    {
        var silent = new List<Socket>();
        for (var number = 0; number < HealthServer.ConnectionsMax; number++)
            silent.Add(await ConnectAsync());

        // Each is sent away when its time is over, and then the one behind them has its turn. Should it get it in a moment in which all time is over, it is sent away too, and asks again.
        var buffer = new byte[1];
        string answer = "";
        while (answer.Length == 0)
        {
            var asked = SendAsync("GET /healthz HTTP/1.1\r\n\r\n");
            while (await Task.WhenAny(asked, Task.Delay(20, Token)) != asked)
            {
                time.Release();
                await Task.Delay(20, Token);
                time.Hold();
            }

            try
            {
                answer = await asked;
            }
            catch (Exception exception) when (exception is IOException or SocketException)
            {
                // Sent away with its words unread, which TCP says with a reset.
            }
        }

        Assert.Contains("asked /healthz", answer, StringComparison.Ordinal);
        foreach (var client in silent)
        {
            Assert.Equal(0, await client.ReceiveAsync(buffer, Token));
            client.Dispose();
        }
    }

    [Fact]
    public void An_address_in_use_is_said_with_the_way_out()
    {
        var failure = Assert.Throws<IOException>(() => HealthServer.Start(server.Address, _ => HealthAnswer.NotFound, time));
        Assert.Contains(server.Address.ToString(), failure.Message, StringComparison.Ordinal);
        Assert.Contains("free port", failure.Message, StringComparison.Ordinal);
    }
}
