using System.Numerics;

namespace FlowLake.Schemas.Flows;

/// <summary>Rounds figures that were measured and not counted, so that they take few distinct values and compress well.</summary>
public static class SignificantBits
{
    /// <summary>Bits kept of a bound from the highest set one on: an error below 1 in 8.</summary>
    public const int KeptOfBound = 4;

    /// <summary>Bits kept of a sum: an error of 1 in 128 at most, to either side.</summary>
    public const int KeptOfSum = 7;

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

    /// <summary>The number of 7 significant bits nearest to the value, or the largest 64-bit number; the larger of two that are as near. For sums.</summary>
    public static long Nearest(long value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        var rest = Rest(value, KeptOfSum);
        var half = (rest + 1) >> 1;
        return value > long.MaxValue - half ? long.MaxValue : (value + half) & ~rest;
    }

    private static long Rest(long value, int kept = KeptOfBound)
    {
        var width = 64 - BitOperations.LeadingZeroCount((ulong)value);
        return width <= kept ? 0 : (1L << (width - kept)) - 1;
    }
}
