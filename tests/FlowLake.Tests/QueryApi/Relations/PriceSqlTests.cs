using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.Costs;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>The price as SQL against the same in 128 bits: bytes times the price of a GiB, in nano-dollars, rounded half up.</summary>
public sealed class PriceSqlTests
{
    // The last two are one on either side of what 64 bits can do.
    [Theory]
    [InlineData(0)]
    [InlineData(20_000)]
    [InlineData(7_777_777)]
    [InlineData(8_589_934)]
    [InlineData(8_589_935)]
    public void Bytes_cost_what_128_bits_make_of_them(long microDollarsPerGib)
    {
        var prices = new PriceList([new TransferPrice(new DateOnly(2020, 1, 1), new MicroDollars(microDollarsPerGib), MicroDollars.Zero, "test")]);
        var random = new Random(11);
        long[] bytes = [0, 1, 26, 27, (1L << 29) - 1, 1L << 29, (1L << 30) - 1, 1L << 30, (1L << 30) + 1, .. Enumerable.Range(0, 2_000).Select(index => random.NextInt64(1L << (10 + (index % 46))))];
        using var database = DuckDatabase.Open(new DuckOptions { Threads = 1 });
        using var connection = database.Connect();
        using var result = connection.Query($"SELECT bytes, {PriceSql.Dollars(prices)} AS dollars FROM (SELECT unnest([{string.Join(", ", bytes)}]) AS bytes, DATE '2026-11-20' AS date, 'a' AS src_zone, 'b' AS dst_zone)");
        var rows = result.Rows().ToArray();
        Assert.Equal(bytes.Length, rows.Length);
        Assert.All(rows, row => Assert.Equal((decimal)((((Int128)(long)row[0]! * microDollarsPerGib * 1_000) + (1 << 29)) >> 30), (decimal)row[1]! * 1_000_000_000));
    }
}
