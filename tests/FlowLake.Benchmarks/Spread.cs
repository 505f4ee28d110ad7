namespace FlowLake.Benchmarks;

/// <summary>The middle of repeated measurements and where it lies with 95 % certainty, by their order alone: nothing is assumed of their distribution.</summary>
/// <param name="Median">Half of them are below.</param>
/// <param name="Low">The interval's lower end; the least of all where there are too few for 95 %.</param>
/// <param name="High">Its upper end.</param>
internal readonly record struct Spread(double Median, double Low, double High)
{
    private const double Outside = 0.05;

    public static Spread Of(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        int rank = 0;
        // The median is below the (k+1)-th of n values with the chance that at most k of n coins show heads.
        double coins = Math.Pow(0.5, sorted.Length);
        double below = coins;
        for (int heads = 1; heads < sorted.Length / 2; heads++)
        {
            coins *= (sorted.Length - heads + 1) / (double)heads;
            below += coins;
            if (2 * below > Outside)
                break;
            rank = heads;
        }

        return new Spread((sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2, sorted[rank], sorted[^(rank + 1)]);
    }
}
