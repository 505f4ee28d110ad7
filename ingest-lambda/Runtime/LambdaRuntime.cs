using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowLake.Ingest.Runtime;

/// <summary>The Runtime API of AWS Lambda, as a custom runtime sees it.</summary>
/// <remarks>Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html, version 2018-06-01.</remarks>
internal sealed class LambdaRuntime : IDisposable
{
    /// <summary>The variable that holds the API's host and port.</summary>
    public const string AddressVariable = "AWS_LAMBDA_RUNTIME_API";

    private const string ErrorTypeHeader = "Lambda-Runtime-Function-Error-Type";

    private readonly HttpClient http;

    /// <summary>Reaches the API.</summary>
    /// <param name="address">Host and port.</param>
    public LambdaRuntime(string address)
    {
        // Between invocations the process is frozen while it waits for the next one, for hours perhaps: so no time-out.
        http = new HttpClient { BaseAddress = new Uri($"http://{address}/2018-06-01/runtime/"), Timeout = Timeout.InfiniteTimeSpan };
    }

    /// <summary>Waits for the next invocation.</summary>
    /// <exception cref="HttpRequestException">The API refused or is gone; the process has to end.</exception>
    public async Task<LambdaInvocation> NextAsync(CancellationToken cancellationToken)
    {
        using var response = await http.GetAsync(new Uri("invocation/next", UriKind.Relative), cancellationToken);
        response.EnsureSuccessStatusCode();
        return new LambdaInvocation(
            Header(response, "Lambda-Runtime-Aws-Request-Id"),
            DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(Header(response, "Lambda-Runtime-Deadline-Ms"), CultureInfo.InvariantCulture)));
    }

    /// <summary>Answers an invocation.</summary>
    /// <param name="invocation">Which.</param>
    /// <param name="json">The answer, as UTF-8 JSON.</param>
    public Task RespondAsync(LambdaInvocation invocation, byte[] json) => PostAsync($"invocation/{invocation.RequestId}/response", json, null);

    /// <summary>Says that an invocation failed.</summary>
    public Task FailAsync(LambdaInvocation invocation, Exception exception) => PostErrorAsync($"invocation/{invocation.RequestId}/error", exception);

    /// <summary>Says that the function cannot start.</summary>
    public Task FailStartAsync(Exception exception) => PostErrorAsync("init/error", exception);

    public void Dispose() => http.Dispose();

    private static string Header(HttpResponseMessage response, string name) =>
        response.Headers.TryGetValues(name, out var values) ? values.First() : throw new HttpRequestException($"the Runtime API's answer has no header {name}");

    private Task PostErrorAsync(string path, Exception exception)
    {
        var error = new LambdaError(exception.Message, exception.GetType().Name, exception.StackTrace?.Split('\n', StringSplitOptions.TrimEntries) ?? []);
        return PostAsync(path, JsonSerializer.SerializeToUtf8Bytes(error, LambdaJsonContext.Default.LambdaError), "FlowLake." + error.ErrorType);
    }

    private async Task PostAsync(string path, byte[] json, string? errorType)
    {
        using var content = new ByteArrayContent(json);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, new Uri(path, UriKind.Relative)) { Content = content };
        if (errorType is not null)
            request.Headers.Add(ErrorTypeHeader, errorType);
        using var response = await http.SendAsync(request);
        response.EnsureSuccessStatusCode();
    }
}

/// <summary>An error as the Runtime API takes it.</summary>
internal sealed record LambdaError(string ErrorMessage, string ErrorType, string[] StackTrace);

/// <summary>What an invocation answers.</summary>
/// <param name="Drained">Whether nothing was left that could be taken. False when time ran out; the next invocation goes on.</param>
/// <param name="Behind">Inbox files the run did not come to.</param>
internal sealed record LambdaAnswer(int Commits, long Files, long Rows, long Bytes, long Quarantined, long Conflicts, long Deleted, bool Drained, long Behind);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(LambdaError))]
[JsonSerializable(typeof(LambdaAnswer))]
internal sealed partial class LambdaJsonContext : JsonSerializerContext;
