using System.Text.Json;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Keeps one kind of object as the API server has it: lists, then watches from there, for as long as it runs.</summary>
/// <remarks>
/// Guarantees: 1. a list takes away what it does not have only when its last page is read; 2. what was known stays while the server does not answer;
/// 3. after an end of the connection it goes on from the last version seen, after 410 it lists anew.
/// </remarks>
/// <param name="server">The server.</param>
/// <param name="kind">The kind.</param>
/// <param name="intake">Takes its objects.</param>
/// <param name="counters">Where it counts.</param>
/// <param name="timeProvider">The clock of the pauses.</param>
internal sealed class ResourceWatch(ApiServer server, ResourceKind kind, ResourceIntake intake, WatchCounters counters, TimeProvider timeProvider)
{
    /// <summary>Longest object read, in bytes; etcd holds 1.5 MiB. Longer ones are left out and counted.</summary>
    public const int ObjectBytesMax = 4 << 20;

    /// <summary>Objects asked for at once. A server that answers from its cache may give all.</summary>
    private const int PageObjects = 500;

    /// <summary>Most pages of one list, against a server that never comes to an end.</summary>
    private const int PagesMax = 10_000;

    private static readonly TimeSpan firstPause = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan longestPause = TimeSpan.FromSeconds(30);

    /// <summary>A kind that may not be read may be allowed one day.</summary>
    private static readonly TimeSpan deniedPause = TimeSpan.FromMinutes(5);

    /// <summary>How long a list may stand still.</summary>
    private static readonly TimeSpan listStill = TimeSpan.FromSeconds(60);

    /// <summary>How long one watch lasts, as the server is told; up to half of it more, so that not all agents come back at once.</summary>
    private static readonly TimeSpan watchTime = TimeSpan.FromMinutes(5);

    private readonly TaskCompletionSource answered = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool mustBeNewest;
    private int failures;
    private string? fault;

    /// <summary>Ends when the kind was first listed, or denied.</summary>
    public Task Answered => answered.Task;

    /// <summary>What is wrong, for a person; null while all is well.</summary>
    public string? Fault => Volatile.Read(ref fault);

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = firstPause;
            try
            {
                if (intake.Version is null)
                    await ListAsync(cancellationToken);
                await WatchAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (ApiRefusedException refused) when (refused.IsExpired)
            {
                // From the newest state this time: the cache may be older than what the server no longer knows.
                counters.Expire();
                intake.Expire();
                mustBeNewest = true;
                pause = Backoff();
            }
            catch (ApiRefusedException refused) when (refused.IsDenied)
            {
                Fail($"{refused.Message}. The directory goes on without it; allow the agent to list and watch {kind.Name}.");
                answered.TrySetResult();
                pause = deniedPause;
            }
            catch (Exception exception) when (IsExpected(exception))
            {
                Fail(exception is OperationCanceledException ? "the server stands still. What was known stays in use." : $"{Innermost(exception)}. What was known stays in use.");
                pause = Backoff();
            }

            await PauseAsync(pause, cancellationToken);
        }
    }

    private async Task ListAsync(CancellationToken cancellationToken)
    {
        intake.BeginList();
        // Version 0 is whatever the server has in memory: no read of etcd, however many agents start at once.
        var query = mustBeNewest ? $"?limit={PageObjects}" : $"?limit={PageObjects}&resourceVersion=0";
        for (var pages = 1; ; pages++)
        {
            var (listVersion, next) = await PageAsync(kind.Path + query, cancellationToken);
            if (string.IsNullOrEmpty(next))
            {
                intake.EndList(listVersion);
                mustBeNewest = false;
                Succeed();
                answered.TrySetResult();
                return;
            }

            if (pages == PagesMax)
                throw new IOException($"a list of more than {PagesMax} pages");
            query = $"?limit={PageObjects}&continue={Uri.EscapeDataString(next)}";
        }
    }

    private async Task<(string Version, string? Next)> PageAsync(string path, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(listStill, timeProvider);
        using var still = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, patience.Token);
        using var response = await server.GetAsync(path, kind.ListAccept, still.Token);
        var cutter = new ObjectCutter(depth: 2, ObjectBytesMax);
        await ReadAsync(response, cutter, intake.TakeItem, () => patience.CancelAfter(listStill), still.Token);
        using var envelope = JsonDocument.Parse(cutter.Envelope.ToArray());
        if (!cutter.IsWhole || !envelope.RootElement.TryGetProperty("metadata", out var metadata) || !metadata.TryGetProperty("resourceVersion", out var listVersion) || listVersion.ToString() is not { Length: > 0 } version)
            throw new IOException("the list has no end, or no version");
        return (version, metadata.TryGetProperty("continue", out var next) ? next.GetString() : null);
    }

    private async Task WatchAsync(CancellationToken cancellationToken)
    {
        var seconds = (int)(watchTime.TotalSeconds * (1 + (Random.Shared.NextDouble() / 2)));
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        // The server ends it in time; one that is gone without a word does not.
        bound.CancelAfter(TimeSpan.FromSeconds(seconds) + listStill);
        var path = $"{kind.Path}?watch=true&allowWatchBookmarks=true&timeoutSeconds={seconds}&resourceVersion={Uri.EscapeDataString(intake.Version!)}";
        using var response = await server.GetAsync(path, kind.WatchAccept, bound.Token);
        Succeed();
        await ReadAsync(response, new ObjectCutter(depth: 0, ObjectBytesMax), intake.TakeEvent, () => { }, bound.Token);
    }

    private async Task ReadAsync(HttpResponseMessage response, ObjectCutter cutter, Action<ReadOnlyMemory<byte>> found, Action moved, CancellationToken cancellationToken)
    {
        var buffer = new byte[16 << 10];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        try
        {
            while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var length)
            {
                moved();
                cutter.Take(buffer.AsSpan(0, length), found);
            }
        }
        finally
        {
            counters.Skip(cutter.TooLong);
        }
    }

    private void Succeed()
    {
        failures = 0;
        Volatile.Write(ref fault, null);
    }

    private void Fail(string text)
    {
        counters.Failed();
        Volatile.Write(ref fault, $"{kind.Name}: {text}");
    }

    private TimeSpan Backoff() => firstPause * Math.Pow(2, Math.Min(failures++, 8)) is var pause && pause < longestPause ? pause : longestPause;

    private async Task PauseAsync(TimeSpan longest, CancellationToken cancellationToken)
    {
        try
        {
            await Task.Delay(longest * (0.5 + (Random.Shared.NextDouble() / 2)), timeProvider, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            // The loop sees it.
        }
    }

    /// <summary>What a server, a network or a file does that is not as it should be: a token with a line feed in it, a list whose metadata is a number.</summary>
    private static bool IsExpected(Exception exception) => exception is
        ApiRefusedException or HttpRequestException or IOException or UnauthorizedAccessException or OperationCanceledException or JsonException or FormatException or InvalidOperationException;

    private static string Innermost(Exception exception) => exception.InnerException is { } inner and not ApiRefusedException ? $"{exception.Message} ({inner.Message})" : exception.Message;
}
