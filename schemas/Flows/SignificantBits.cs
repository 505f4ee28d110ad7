using System.Numerics;

namespace FlowLake.Schemas.Flows;

/// <summary>Rounds figures that are kept as bounds, so that they take few distinct values and compress well.</summary>
public static class SignificantBits
{
    /// <summary>Bits kept from the highest set one on: an error below 1 in 8.</summary>
    public const int Kept = 4;

    /// <summary>The largest number of 4 significant bits that is not above the value. For minima.</summary>
    public static long Down(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        return value & ~Rest(value);
    }

    /// <summary>The smallest number of 4 significant bits that is not below the value, or the largest 64-bit number. For maxima.</summary>
    public static long Up(long value)
    {
        var rest = Rest(value);
        var down = Down(value);
        return down == value ? value : down > long.MaxValue - rest - 1 ? long.MaxValue : down + rest + 1;
    }

    private static long Rest(long value)
    {
        var width = 64 - BitOperations.LeadingZeroCount((ulong)value);
        return width <= Kept ? 0 : (1L << (width - Kept)) - 1;
    }
}
