using FlowLake.Agent;

namespace FlowLake.Tests.Agent;

/// <summary>An agent in this process.</summary>
internal sealed class RunningAgent : IAsyncDisposable
{
    private readonly CancellationTokenSource stop = new();
    private readonly StringWriter log = new();
    private readonly TaskCompletionSource opened = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Task run;

    private RunningAgent(AgentOptions options) => run = AgentService.RunAsync(options, stop.Token, new Watched(this));

    public string Log => log.ToString();

    /// <summary>Starts an agent and waits until it counts.</summary>
    public static async Task<RunningAgent> StartAsync(AgentOptions options)
    {
        var agent = new RunningAgent(options);
        await Task.WhenAny(agent.opened.Task, agent.run);
        if (agent.run.IsFaulted)
            await agent.run;
        return agent;
    }

    /// <summary>Ends it as SIGTERM does.</summary>
    public async Task StopAsync()
    {
        await stop.CancelAsync();
        await run;
    }

    public async ValueTask DisposeAsync()
    {
        // Stopped by the test, as a rule; an agent a failed test leaves behind would hold its pins.
        await stop.CancelAsync();
        await run.ContinueWith(_ => { }, TaskScheduler.Default);
        stop.Dispose();
        await log.DisposeAsync();
    }

    private sealed class Watched(RunningAgent owner) : StringWriter
    {
        public override void WriteLine(string? value)
        {
            owner.log.WriteLine(value);
            if (value?.Contains("event=kernel_opened", StringComparison.Ordinal) == true)
                owner.opened.TrySetResult();
        }
    }
}
