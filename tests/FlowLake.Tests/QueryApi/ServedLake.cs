using FlowLake.QueryApi.Hosting;
using FlowLake.Tests.QueryApi.Access;
using Xunit;

namespace FlowLake.Tests.QueryApi;

/// <summary>A lake served by this process on a free port of the loopback, with one worker, and a client of it.</summary>
internal sealed class ServedLake : IAsyncDisposable
{
    private ServedLake(QueryServer server) => (Server, Client) = (server, new HttpClient { BaseAddress = server.Address });

    public QueryServer Server { get; }

    public HttpClient Client { get; }

    /// <summary>Starts it, and waits until it answers from the newest version.</summary>
    public static Task<ServedLake> StartAsync(TestLake lake, Func<QueryOptions, QueryOptions>? change = null) => StartAsync(lake.Folder, lake.CacheFolder, change);

    /// <inheritdoc cref="StartAsync(TestLake, Func{QueryOptions, QueryOptions}?)"/>
    public static async Task<ServedLake> StartAsync(string lake, string cacheFolder, Func<QueryOptions, QueryOptions>? change = null)
    {
        var options = new QueryOptions { Lake = lake, Listen = "http://127.0.0.1:0", CacheFolder = cacheFolder, Workers = 1 };
        var served = new ServedLake(await QueryServer.StartAsync(change is null ? options : change(options), TimeProvider.System, cancellationToken: TestContext.Current.CancellationToken));
        try
        {
            await ServeProcess.EventuallyAsync(async () => (await served.Client.GetAsync("/readyz", TestContext.Current.CancellationToken)).IsSuccessStatusCode);
            return served;
        }
        catch
        {
            await served.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        await Server.DisposeAsync();
    }
}
