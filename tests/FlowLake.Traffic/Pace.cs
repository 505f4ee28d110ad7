using System.Diagnostics;

namespace FlowLake.Traffic;

/// <summary>So many a second, from the start on: who comes late catches up, and the sum is right however rough the timer.</summary>
internal static class Pace
{
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Gives the numbers from 0 up, each when it is due.</summary>
    internal static async IAsyncEnumerable<int> CountAsync(int perSecond, int seconds)
    {
        var started = Stopwatch.GetTimestamp();
        for (var next = 0; next < perSecond * seconds;)
        {
            var due = Math.Min(perSecond * seconds, (int)(Stopwatch.GetElapsedTime(started).TotalSeconds * perSecond));
            while (next < due)
                yield return next++;
            await Task.Delay(Tick);
        }
    }
}
