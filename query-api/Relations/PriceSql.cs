using System.Globalization;
using FlowLake.Schemas.Costs;

namespace FlowLake.QueryApi.Relations;

/// <summary>A price list as an SQL expression.</summary>
internal static class PriceSql
{
    private const long NanoDollarsPerMicroDollar = 1_000;
    private const int GibBits = 30;

    /// <summary>
    /// Dollars, as DECIMAL with nine digits behind the point, for columns date, bytes, src_zone and dst_zone: the rule of <see cref="PriceList.CostOf"/>,
    /// a thousand times finer, so that sums over small rows agree with the cost of the sum.
    /// </summary>
    /// <remarks>
    /// All in whole numbers of nano-dollars and rounded half up; no floating point. Whole GiB and the bytes beyond them are priced apart, so that 64 bits do: in 128 bits two million rows took
    /// 1.4 s instead of 0.07. Only a price of more than 8.58 dollars a GiB needs those.
    /// </remarks>
    public static string Dollars(PriceList prices)
    {
        var (perGib, type) = (PerGib(prices), prices.Prices.All(price => NanoDollars(price) <= long.MaxValue >> GibBits) ? "BIGINT" : "HUGEINT");
        var bytes = $"CAST(bytes AS {type})";
        var nanoDollars = $"({bytes} >> {GibBits}) * {perGib} + ((({bytes} & {PriceList.BytesPerGib - 1}) * {perGib} + {PriceList.BytesPerGib / 2}) >> {GibBits})";
        return $"""
            CASE WHEN src_zone <> dst_zone
                THEN CAST(CAST({nanoDollars} AS DECIMAL(18,0)) * CAST(0.000000001 AS DECIMAL(10,9)) AS DECIMAL({RelationColumn.DecimalPrecision},{RelationColumn.DecimalScale}))
                ELSE CAST(0 AS DECIMAL({RelationColumn.DecimalPrecision},{RelationColumn.DecimalScale})) END
            """;
    }

    private static string PerGib(PriceList prices)
    {
        var first = Text(prices.Prices[0]);
        if (prices.Prices.Length == 1)
            return first;
        var later = prices.Prices.Skip(1).Reverse().Select(price => string.Create(CultureInfo.InvariantCulture, $"WHEN date >= DATE '{price.From:yyyy-MM-dd}' THEN {Text(price)}"));
        return $"CASE {string.Join(' ', later)} ELSE {first} END";
    }

    private static string Text(TransferPrice price) => NanoDollars(price).ToString(CultureInfo.InvariantCulture);

    private static long NanoDollars(TransferPrice price) => price.BothDirectionsPerGib.Value * NanoDollarsPerMicroDollar;
}
