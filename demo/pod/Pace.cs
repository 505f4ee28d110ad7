namespace FlowLake.Demo.Pod;

/// <summary>Waiting for the next turn of a loop that ends at a stop.</summary>
internal static class Pace
{
    /// <returns>False once the stop was asked for.</returns>
    public static async ValueTask<bool> NextAsync(PeriodicTimer pace, CancellationToken stop)
    {
        try
        {
            return await pace.WaitForNextTickAsync(stop) && !stop.IsCancellationRequested;
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }
}
