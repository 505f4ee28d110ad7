using System.Globalization;
using System.Text.Json;
using FlowLake.Ingest.Rounds;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Runtime;

/// <summary>Ingest as a Lambda function, woken by a schedule: each invocation drains the inbox, or stops in time for the next one to go on.</summary>
internal static class LambdaProgram
{
    /// <summary>The variable that names the lake.</summary>
    public const string LakeVariable = "FLOWLAKE_LAKE";

    /// <summary>The variable that says how many days of rows are kept; 90 where it is not set.</summary>
    public const string RetentionVariable = "FLOWLAKE_RETENTION_DAYS";

    /// <summary>The variable that says how many days of the hourly rollups are kept; 400 where it is not set.</summary>
    public const string RollupRetentionVariable = "FLOWLAKE_ROLLUP_RETENTION_DAYS";

    /// <summary>The variable that gives the function a part of the nodes, as 2/4; all of them where it is not set.</summary>
    public const string ShareVariable = "FLOWLAKE_SHARE";

    /// <summary>How long before the function's deadline the last step must have begun.</summary>
    public static readonly TimeSpan Reserve = TimeSpan.FromSeconds(10);

    /// <summary>The variable in which Lambda says how much memory the function has, in MiB.</summary>
    private const string MemoryVariable = "AWS_LAMBDA_FUNCTION_MEMORY_SIZE";

    /// <summary>Serves invocations until stopped.</summary>
    /// <returns>The process's exit code.</returns>
    public static async Task<int> RunAsync(string runtimeApi, Func<string, string?> environment, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        using var runtime = new LambdaRuntime(runtimeApi);
        IngestService service;
        try
        {
            service = IngestService.Open(Options(environment), timeProvider);
        }
        catch (Exception exception)
        {
            await runtime.FailStartAsync(exception);
            await Console.Error.WriteLineAsync($"ingest: cannot start: {exception.Message}");
            return 1;
        }

        using (service)
        {
            while (true)
            {
                LambdaInvocation invocation;
                try
                {
                    invocation = await runtime.NextAsync(cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return 0;
                }

                await AnswerAsync(runtime, invocation, service, timeProvider, cancellationToken);
            }
        }
    }

    private static async Task AnswerAsync(LambdaRuntime runtime, LambdaInvocation invocation, IngestService service, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        IngestTotals totals;
        try
        {
            var time = invocation.Deadline - Reserve - timeProvider.GetUtcNow();
            using var outOfTime = new CancellationTokenSource(time > TimeSpan.Zero ? time : TimeSpan.Zero, timeProvider);
            using var stop = CancellationTokenSource.CreateLinkedTokenSource(outOfTime.Token, cancellationToken);
            totals = await service.Loop.DrainAsync(stop.Token);
            if (service.Loop.IsDrained)
                await service.Maintenance.RunDueAsync(stop.Token);
        }
        catch (Exception exception)
        {
            // The function's error metric counts it, which the failure alarm watches; the next invocation tries again.
            await Console.Error.WriteLineAsync($"ingest: failed: {exception}");
            await runtime.FailAsync(invocation, exception);
            return;
        }

        var answer = new LambdaAnswer(totals.Commits, totals.Files, totals.Rows, totals.Bytes, totals.Quarantined, totals.Conflicts, totals.Deleted, service.Loop.IsDrained, service.Loop.Behind.Files);
        await runtime.RespondAsync(invocation, JsonSerializer.SerializeToUtf8Bytes(answer, LambdaJsonContext.Default.LambdaAnswer));
    }

    private static IngestOptions Options(Func<string, string?> environment)
    {
        var options = new IngestOptions
        {
            Lake = environment(LakeVariable) ?? throw new InvalidOperationException($"{LakeVariable} is not set: name the lake, s3://bucket/prefix"),
        };
        options = options with
        {
            Share = Share(environment),
            Retention = Days(environment, RetentionVariable) ?? options.Retention,
            RollupRetention = Days(environment, RollupRetentionVariable) ?? options.RollupRetention,
        };
        // The engine goes to up to three times a small limit; a third of what the function has keeps it inside.
        return environment(MemoryVariable) is { } text && long.TryParse(text, CultureInfo.InvariantCulture, out var mebibytes)
            ? options with { MemoryLimitBytes = Math.Max(64L << 20, (mebibytes << 20) / 3) }
            : options;
    }

    private static NodeShare Share(Func<string, string?> environment)
    {
        if (environment(ShareVariable) is not { } text)
            return NodeShare.All;
        return NodeShare.TryParse(text, out var share)
            ? share
            : throw new InvalidOperationException($"{ShareVariable} is \"{text}\": {NodeShare.Syntax}");
    }

    private static TimeSpan? Days(Func<string, string?> environment, string variable)
    {
        if (environment(variable) is not { } text)
            return null;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 36_500
            ? TimeSpan.FromDays(days)
            : throw new InvalidOperationException($"{variable} is \"{text}\": a whole number of days, 1 to 36500");
    }
}
