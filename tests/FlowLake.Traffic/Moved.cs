namespace FlowLake.Traffic;

/// <summary>Bytes of payload an application sent and received.</summary>
internal readonly record struct Moved(long Sent, long Received)
{
    public static Moved operator +(Moved left, Moved right) => new(left.Sent + right.Sent, left.Received + right.Received);
}

internal interface ITrafficServer : IDisposable
{
    /// <summary>What the server moved, once so many connections ended (for UDP: once so many datagrams were answered).</summary>
    Task<Moved> MovedAsync(int connections);
}
