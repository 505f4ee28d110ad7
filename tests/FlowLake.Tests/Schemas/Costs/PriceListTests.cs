using FlowLake.Schemas.Costs;
using Xunit;

namespace FlowLake.Tests.Schemas.Costs;

public sealed class PriceListTests
{
    private static readonly PriceList prices = new(
    [
        new TransferPrice(new DateOnly(2026, 7, 1), new MicroDollars(30_000), MicroDollars.Zero, "second"),
        new TransferPrice(new DateOnly(2026, 1, 1), new MicroDollars(10_000), new MicroDollars(10_000), "first"),
    ]);

    [Theory]
    [InlineData("2025-06-30", "first")]
    [InlineData("2026-01-01", "first")]
    [InlineData("2026-06-30", "first")]
    [InlineData("2026-07-01", "second")]
    [InlineData("2031-01-01", "second")]
    public void A_price_holds_from_its_day_to_the_next_ones(string day, string expected) =>
        Assert.Equal(expected, prices.On(DateOnly.ParseExact(day, "yyyy-MM-dd", null)).Source);

    [Fact]
    public void A_gibibyte_across_zones_costs_both_directions() =>
        Assert.Equal(20_000, prices.CostOf(PriceList.BytesPerGib, "zone-a", "zone-b", new DateOnly(2026, 1, 1)).Value);

    [Theory]
    [InlineData("zone-a", "zone-a")]
    [InlineData(null, "zone-a")]
    [InlineData("zone-a", null)]
    public void Within_a_zone_and_to_an_unknown_one_nothing_is_charged(string? from, string? to) =>
        Assert.Equal(MicroDollars.Zero, PriceList.Aws.CostOf(long.MaxValue, from, to, new DateOnly(2026, 1, 1)));

    [Fact]
    public void Even_all_bytes_there_are_have_a_price() =>
        Assert.Equal(171_798_691_840_000, PriceList.Aws.CostOf(long.MaxValue, "zone-a", "zone-b", new DateOnly(2026, 1, 1)).Value);

    [Fact]
    public void Two_prices_of_a_day_or_none_at_all_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new PriceList([]));
        Assert.Throws<ArgumentException>(() => new PriceList([prices.Prices[0], prices.Prices[0]]));
    }

    [Fact]
    public void Dollars_round_to_the_micro_dollar() =>
        Assert.Equal((10_000, 0.01m), (MicroDollars.FromDollars(0.0100004m).Value, MicroDollars.FromDollars(0.01m).Dollars));
}
