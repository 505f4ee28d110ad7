using System.Collections.Immutable;

namespace FlowLake.Demo.Proof;

/// <summary>What the comparison of table and applications found.</summary>
public sealed record ProofResult
{
    /// <summary>Every pair that anyone knows of, by client, server and protocol.</summary>
    public required ImmutableArray<ProvenPair> Pairs { get; init; }

    /// <summary>Everything that is not as it should be.</summary>
    public required ImmutableArray<ProofDifference> Differences { get; init; }

    /// <summary>Rows of the table the comparison covers.</summary>
    public required long Rows { get; init; }

    /// <summary>Payload bytes the table has for all pairs, both directions.</summary>
    public long Bytes => Pairs.Sum(pair => pair.InTable.Sum);

    /// <summary>True where something was captured and nothing differs.</summary>
    public bool Holds => Differences.IsEmpty && Rows > 0 && Bytes > 0;
}

/// <summary>A pair as its three witnesses know it.</summary>
public sealed record ProvenPair(FlowPair Pair, PairPayload ByClient, PairPayload ByServer, PairPayload InTable)
{
    public bool IsEqual => ByClient == ByServer && ByClient == InTable;
}

/// <param name="Pair">The pair that differs.</param>
/// <param name="What">What differs, in words.</param>
/// <param name="Expected">What it should be.</param>
/// <param name="Found">What it is.</param>
public sealed record ProofDifference(FlowPair Pair, string What, string Expected, string Found)
{
    public override string ToString() => $"{Pair}: {What}: expected {Expected}, found {Found}";
}
