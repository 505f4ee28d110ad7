using System.Collections.Concurrent;
using System.Globalization;
using System.Text.Json;
using System.Threading.Channels;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace FlowLake.Tests.Ingest.Runtime;

/// <summary>
/// Stands in for the Runtime API of AWS Lambda, of which there is no emulator to be had: written from its page,
/// https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, and no more than that page says.
/// </summary>
internal sealed class RuntimeApiStandIn : IAsyncDisposable
{
    private readonly WebApplication server;
    private readonly Channel<(string Id, DateTimeOffset Deadline)> invocations = Channel.CreateUnbounded<(string, DateTimeOffset)>();
    private readonly ConcurrentDictionary<string, TaskCompletionSource<RuntimeApiAnswer>> answers = new();
    private readonly TaskCompletionSource<RuntimeApiAnswer> startError = new();
    private readonly TaskCompletionSource firstPoll = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private RuntimeApiStandIn(WebApplication server) => this.server = server;

    /// <summary>Host and port, the value of AWS_LAMBDA_RUNTIME_API.</summary>
    public string Address => new Uri(server.Urls.Single()).Authority;

    /// <summary>What the function said when it could not start.</summary>
    public Task<RuntimeApiAnswer> StartError => startError.Task;

    /// <summary>Ends when the function asks for its first invocation: then it has started.</summary>
    public Task FirstPoll => firstPoll.Task;

    public static async Task<RuntimeApiStandIn> StartAsync()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Logging.ClearProviders();
        var standIn = new RuntimeApiStandIn(builder.Build());
        standIn.server.Run(standIn.HandleAsync);
        await standIn.server.StartAsync();
        return standIn;
    }

    /// <summary>Invokes the function and waits for its answer.</summary>
    public async Task<RuntimeApiAnswer> InvokeAsync(DateTimeOffset deadline)
    {
        var id = Guid.NewGuid().ToString("D");
        var answer = answers.GetOrAdd(id, _ => new TaskCompletionSource<RuntimeApiAnswer>());
        await invocations.Writer.WriteAsync((id, deadline));
        return await answer.Task;
    }

    public ValueTask DisposeAsync() => server.DisposeAsync();

    private async Task HandleAsync(HttpContext context)
    {
        var (request, response) = (context.Request, context.Response);
        string[] path = request.Path.Value!.Split('/', StringSplitOptions.RemoveEmptyEntries);
        switch (request.Method, path)
        {
            case ("GET", ["2018-06-01", "runtime", "invocation", "next"]):
                firstPoll.TrySetResult();
                var (id, deadline) = await invocations.Reader.ReadAsync(context.RequestAborted);
                response.Headers["Lambda-Runtime-Aws-Request-Id"] = id;
                response.Headers["Lambda-Runtime-Deadline-Ms"] = deadline.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
                response.Headers["Lambda-Runtime-Invoked-Function-Arn"] = "arn:aws:lambda:us-east-1:123456789012:function:ingest";
                await response.WriteAsync("""{"source":"aws.scheduler"}""");
                break;
            case ("POST", ["2018-06-01", "runtime", "invocation", var answered, var kind]) when kind is "response" or "error" && answers.TryGetValue(answered, out var waiting):
                waiting.SetResult(await ReadAsync(request));
                response.StatusCode = StatusCodes.Status202Accepted;
                break;
            case ("POST", ["2018-06-01", "runtime", "init", "error"]):
                startError.SetResult(await ReadAsync(request));
                response.StatusCode = StatusCodes.Status202Accepted;
                break;
            default:
                response.StatusCode = StatusCodes.Status404NotFound;
                break;
        }
    }

    private static async Task<RuntimeApiAnswer> ReadAsync(HttpRequest request)
    {
        using var body = await JsonDocument.ParseAsync(request.Body);
        return new RuntimeApiAnswer(request.Headers["Lambda-Runtime-Function-Error-Type"].FirstOrDefault(), body.RootElement.Clone());
    }
}

/// <summary>What the function answered.</summary>
/// <param name="ErrorType">The header of an error; null on success.</param>
/// <param name="Body">The body.</param>
internal sealed record RuntimeApiAnswer(string? ErrorType, JsonElement Body);
