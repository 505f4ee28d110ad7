namespace FlowLake.Lake.Generation;

/// <summary>What was made up.</summary>
/// <param name="First">Start of the first window.</param>
/// <param name="Windows">Windows.</param>
/// <param name="Files">Inbox files put; commits of flows where rows went straight into the tables.</param>
/// <param name="Rows">Rows of both observers.</param>
/// <param name="PrimaryRows">Rows that count.</param>
/// <param name="Payload">Payload bytes of the primary rows, both directions: what sums over the lake must come to.</param>
/// <param name="EntropyBits">Entropy of each counter in bits a row; see <see cref="Schemas.Generation.CounterEntropy"/>.</param>
public sealed record GenerateTotals(DateTimeOffset First, int Windows, long Files, long Rows, long PrimaryRows, long Payload, IReadOnlyDictionary<string, double> EntropyBits);
