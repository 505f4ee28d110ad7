namespace FlowLake.Benchmarks.Query.Load;

/// <summary>What a server has resident, looked at each half second while something else goes on.</summary>
internal sealed class Resident : IAsyncDisposable
{
    private static readonly TimeSpan interval = TimeSpan.FromMilliseconds(500);

    private readonly CancellationTokenSource over = new();
    private readonly List<long> samples = [];
    private readonly Task watching;

    public Resident(ProcessTree tree) => watching = WatchAsync(tree);

    /// <summary>The most, in bytes.</summary>
    public long Most => samples.Max();

    /// <summary>The middle of a part of the samples, in order of time.</summary>
    public double Median(Func<IReadOnlyList<long>, IEnumerable<long>> part) => Spread.Of(part(samples).Select(bytes => (double)bytes)).Median;

    /// <summary>Ends the watch; the samples stay.</summary>
    public async ValueTask DisposeAsync()
    {
        await over.CancelAsync();
        await watching;
        over.Dispose();
    }

    private async Task WatchAsync(ProcessTree tree)
    {
        using var timer = new PeriodicTimer(interval);
        try
        {
            do
                samples.Add(tree.Resident);
            while (await timer.WaitForNextTickAsync(over.Token));
        }
        catch (OperationCanceledException)
        {
            // It is over.
        }
    }
}
