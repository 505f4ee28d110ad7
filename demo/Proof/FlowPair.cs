namespace FlowLake.Demo.Proof;

/// <summary>What the proof compares by: one client pod, one server pod, one protocol, over all connections, ports and addresses.</summary>
/// <param name="Client">Name of the client pod.</param>
/// <param name="Server">Name of the server pod, also where the client called the Service.</param>
/// <param name="Protocol"><c>tcp</c> or <c>udp</c>.</param>
public readonly record struct FlowPair(string Client, string Server, string Protocol)
{
    public override string ToString() => $"{Client} -> {Server} {Protocol}";
}

/// <summary>Payload bytes of a pair, by direction.</summary>
public readonly record struct PairPayload(long ToServer, long ToClient)
{
    public long Sum => ToServer + ToClient;

    public static PairPayload operator +(PairPayload left, PairPayload right) => new(left.ToServer + right.ToServer, left.ToClient + right.ToClient);

    public static PairPayload Add(PairPayload left, PairPayload right) => left + right;
}

/// <summary>What the table says of a pair in one combination of zones.</summary>
/// <param name="Pair">The pair.</param>
/// <param name="Payload">Sum of payload over the primary rows.</param>
/// <param name="ClientPlace">Zone and zone id on the rows, as <c>eu-west-1a/euw1-az1</c>; null where the rows have none.</param>
/// <param name="ServerPlace">The same of the server's end.</param>
/// <param name="Rows">How many rows.</param>
public sealed record TableSum(FlowPair Pair, PairPayload Payload, string? ClientPlace, string? ServerPlace, long Rows);
