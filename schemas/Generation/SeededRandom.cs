namespace FlowLake.Schemas.Generation;

/// <summary>Chance that is the same for the same seed, everywhere and always: a stream of its own for each thing that has numbers of its own.</summary>
/// <remarks>
/// SplitMix64 (Steele, Lea, Flood 2014). <see cref="Random"/> with a seed fills a table of 56 numbers before its first one, which is much where a stream gives ten.
/// </remarks>
public struct SeededRandom
{
    private ulong state;

    /// <summary>The stream of a seed and whatever tells it from the seed's other streams, in order.</summary>
    public SeededRandom(ulong seed, params ReadOnlySpan<ulong> parts)
    {
        state = seed;
        foreach (var part in parts)
            state = Mixed(unchecked(state ^ (part + 0x9E3779B97F4A7C15)));
    }

    /// <summary>Any 64 bits.</summary>
    public ulong NextBits()
    {
        state = unchecked(state + 0x9E3779B97F4A7C15);
        return Mixed(state);
    }

    /// <summary>0 up to 1, 1 excluded.</summary>
    public double NextDouble() => (NextBits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>0 up to <paramref name="bound"/>, the bound excluded.</summary>
    public int Next(int bound) => (int)(NextBits() % (uint)bound);

    /// <summary>Standard normal.</summary>
    public double NextNormal() => Math.Sqrt(-2 * Math.Log(1 - NextDouble())) * Math.Cos(2 * Math.PI * NextDouble());

    /// <summary>Lognormal.</summary>
    /// <param name="median">Half of the numbers are below it.</param>
    /// <param name="spread">Standard deviation of the numbers' logarithm.</param>
    public double NextLognormal(double median, double spread) => median * Math.Exp(spread * NextNormal());

    /// <summary>A whole number whose mean is <paramref name="mean"/>: the one below or the one above it.</summary>
    public long NextRounded(double mean) => (long)Math.Floor(mean + NextDouble());

    private static ulong Mixed(ulong value)
    {
        unchecked
        {
            value = (value ^ (value >> 30)) * 0xBF58476D1CE4E5B9;
            value = (value ^ (value >> 27)) * 0x94D049BB133111EB;
            return value ^ (value >> 31);
        }
    }
}
