using System.Numerics;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;

namespace FlowLake.Schemas.Generation;

/// <summary>
/// How much there is to know in the counters of generated rows, in bits a row: what a table of them takes at rest says something only beside it.
/// </summary>
/// <remarks>
/// Each column by itself, so figures that follow from others count again: it is an upper bound. A value's bits are those of its leading
/// <see cref="LeadingBits"/> bits, by how often these occur, and one for each further bit, which counters of such a spread have at random.
/// </remarks>
public sealed class CounterEntropy
{
    private const int LeadingBits = 5;

    private static readonly Column<FlowRecord, long?>[] counters = [.. FlowColumns.All.OfType<Column<FlowRecord, long?>>()];

    private readonly Dictionary<long, long>[] classes = [.. counters.Select(_ => new Dictionary<long, long>())];
    private long rows;

    public void Add(FlowRecord row)
    {
        rows++;
        for (var index = 0; index < counters.Length; index++)
        {
            var value = counters[index].Read(row) ?? -1;
            var leading = value & ~((1L << FurtherBits(value)) - 1);
            classes[index][leading] = classes[index].GetValueOrDefault(leading) + 1;
        }
    }

    /// <summary>Bits a row by column, those without any left out.</summary>
    public IReadOnlyDictionary<string, double> BitsPerRow() => counters
        .Select((column, index) => (column.Name, Bits: Bits(classes[index])))
        .Where(column => column.Bits > 0)
        .ToDictionary(column => column.Name, column => column.Bits);

    private double Bits(Dictionary<long, long> counts) => rows == 0 ? 0 : counts.Sum(entry => entry.Value / (double)rows * (FurtherBits(entry.Key) - Math.Log2(entry.Value / (double)rows)));

    private static int FurtherBits(long value) => value <= 0 ? 0 : Math.Max(0, BitOperations.Log2((ulong)value) + 1 - LeadingBits);
}
