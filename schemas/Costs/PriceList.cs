using System.Collections.Immutable;

namespace FlowLake.Schemas.Costs;

/// <summary>Dated prices for traffic between zones. Applied when a question is asked, so a corrected price rewrites nothing.</summary>
/// <remarks>Guarantees: 1. at least one price; 2. ordered by day; 3. no two prices of one day.</remarks>
public sealed class PriceList
{
    /// <summary>Bytes one price unit covers. AWS bills data transfer by the GiB it calls GB.</summary>
    public const long BytesPerGib = 1L << 30;

    /// <summary>What AWS charges for traffic between availability zones of one region: 0.01 USD a GB in each direction.</summary>
    /// <remarks>Source: https://aws.amazon.com/ec2/pricing/on-demand/, "Data Transfer within the same AWS Region".</remarks>
    public static readonly PriceList Aws = new(
    [
        new TransferPrice(new DateOnly(2012, 1, 1), MicroDollars.FromDollars(0.01m), MicroDollars.FromDollars(0.01m), "https://aws.amazon.com/ec2/pricing/on-demand/"),
    ]);

    /// <summary>Orders the prices by day.</summary>
    /// <exception cref="ArgumentException">There is no price, or two of one day.</exception>
    public PriceList(IEnumerable<TransferPrice> prices)
    {
        Prices = [.. prices.OrderBy(price => price.From)];
        if (Prices.IsEmpty)
            throw new ArgumentException("a price list needs at least one price", nameof(prices));
        if (Prices.Select(price => price.From).Distinct().Count() != Prices.Length)
            throw new ArgumentException("two prices of one day: each price needs its own first day", nameof(prices));
    }

    public ImmutableArray<TransferPrice> Prices { get; }

    /// <summary>The price of a day; days before the first price have the first price.</summary>
    public TransferPrice On(DateOnly day) => Prices.LastOrDefault(price => price.From <= day) ?? Prices[0];

    /// <summary>What so many bytes from one zone to another cost on a day, both charges together. Nothing within a zone, and nothing where a zone is unknown.</summary>
    public MicroDollars CostOf(long bytes, string? fromZone, string? toZone, DateOnly day)
    {
        if (fromZone is null || toZone is null || fromZone == toZone)
            return MicroDollars.Zero;
        return new MicroDollars((long)decimal.Round((decimal)bytes * On(day).BothDirectionsPerGib.Value / BytesPerGib, MidpointRounding.ToEven));
    }
}
