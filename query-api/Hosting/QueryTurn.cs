using System.Threading.RateLimiting;

namespace FlowLake.QueryApi.Hosting;

/// <summary>A question's turn: what it holds of the gate until it is disposed.</summary>
internal sealed class QueryTurn(Action left) : IDisposable
{
    private readonly List<RateLimitLease> held = [];
    private int done;

    /// <summary>The bound for which there is no turn; null where there is one.</summary>
    public LimitReached? Reached { get; set; }

    /// <summary>Waits for a place, and keeps it; false where there is none.</summary>
    public async Task<bool> TryHoldAsync(ValueTask<RateLimitLease> place)
    {
        var lease = await place;
        held.Add(lease);
        return lease.IsAcquired;
    }

    public void Dispose()
    {
        if (Interlocked.Exchange(ref done, 1) != 0)
            return;
        foreach (var lease in held)
            lease.Dispose();
        left();
    }
}
