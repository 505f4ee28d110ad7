using System.Threading.Channels;
using FlowLake.Lake.Objects;
using Polly;
using Polly.Retry;
using Polly.Timeout;

namespace FlowLake.Agent.Spool;

/// <summary>Takes the spool's files to the store, one after the other in the order of the stream, and does not give up while it runs.</summary>
internal sealed class SpoolUploader
{
    /// <summary>Longest pause between two attempts.</summary>
    public static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    /// <summary>Longest attempt.</summary>
    public static readonly TimeSpan AttemptMax = TimeSpan.FromMinutes(2);

    private readonly WindowSpool spool;
    private readonly IObjectStore store;
    private readonly AgentLog log;
    private readonly AgentMetrics metrics;
    private readonly ResiliencePipeline attempts;

    // One pending call is enough: whoever is woken takes all there is.
    private readonly Channel<bool> calls = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    public SpoolUploader(WindowSpool spool, IObjectStore store, TimeProvider timeProvider, AgentLog log, AgentMetrics metrics)
    {
        this.spool = spool;
        this.store = store;
        this.log = log;
        this.metrics = metrics;
        attempts = new ResiliencePipelineBuilder { TimeProvider = timeProvider }
            .AddRetry(new RetryStrategyOptions
            {
                MaxRetryAttempts = int.MaxValue,
                BackoffType = DelayBackoffType.Exponential,
                Delay = TimeSpan.FromMilliseconds(200),
                MaxDelay = PauseMax,
                UseJitter = true,
                ShouldHandle = arguments => ValueTask.FromResult(arguments.Outcome.Exception is not null && !arguments.Context.CancellationToken.IsCancellationRequested),
                OnRetry = Report,
            })
            .AddTimeout(new TimeoutStrategyOptions { Timeout = AttemptMax })
            .Build();
    }

    /// <summary>Something may wait in the spool.</summary>
    public void Wake() => calls.Writer.TryWrite(true);

    /// <summary>Uploads whatever comes until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        do
        {
            await UploadAllAsync(cancellationToken);
        }
        while (await calls.Reader.ReadAsync(cancellationToken));
    }

    /// <summary>Uploads until nothing waits.</summary>
    /// <exception cref="OperationCanceledException">It was cancelled. What was not acknowledged stays, and is uploaded again.</exception>
    public async Task UploadAllAsync(CancellationToken cancellationToken)
    {
        try
        {
            while (await attempts.ExecuteAsync(UploadNextAsync, cancellationToken))
                metrics.Uploads.Add(1);
        }
        catch (Exception failure) when (failure is not OperationCanceledException && cancellationToken.IsCancellationRequested)
        {
            // An attempt that failed or ran out of time just when the agent was asked to stop is not made again, and is no failure of the agent.
            throw new OperationCanceledException("the agent stops while an upload failed", failure, cancellationToken);
        }
    }

    // The whole step is repeated after a failure, the spool's part too: its disk can be the one that fails.
    private async ValueTask<bool> UploadNextAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (spool.NextUpload() is not { } upload)
            return false;
        foreach (var (side, path) in upload.Sides)
            await store.UploadAsync(side.Key, path, cancellationToken);
        await store.UploadAsync(upload.Key.Key, upload.Path, cancellationToken);
        spool.Acknowledge(upload);
        return true;
    }

    private ValueTask Report(OnRetryArguments<object> arguments)
    {
        metrics.UploadFailures.Add(1);
        log.Warn("upload_failed", ("store", store.Location), ("attempt", arguments.AttemptNumber + 1), ("again_in_ms", (long)arguments.RetryDelay.TotalMilliseconds), ("error", arguments.Outcome.Exception?.Message));
        return default;
    }
}
