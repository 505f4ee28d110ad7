using System.Globalization;
using FlowLake.Schemas.Costs;

namespace FlowLake.QueryApi.Relations;

/// <summary>A price list as an SQL expression.</summary>
internal static class PriceSql
{
    private const long NanoDollarsPerMicroDollar = 1_000;

    /// <summary>
    /// Dollars, as DECIMAL with nine digits behind the point, for columns date, bytes, src_zone and dst_zone: the rule of <see cref="PriceList.CostOf"/>,
    /// a thousand times finer, so that sums over small rows agree with the cost of the sum.
    /// </summary>
    /// <remarks>All in whole numbers of nano-dollars and rounded half up; no floating point.</remarks>
    public static string Dollars(PriceList prices) =>
        $"""
        CASE WHEN src_zone <> dst_zone
            THEN CAST(CAST((CAST(bytes AS HUGEINT) * {PerGib(prices)} + {PriceList.BytesPerGib / 2}) // {PriceList.BytesPerGib} AS DECIMAL(18,0)) * CAST(0.000000001 AS DECIMAL(10,9)) AS DECIMAL({RelationColumn.DecimalPrecision},{RelationColumn.DecimalScale}))
            ELSE CAST(0 AS DECIMAL({RelationColumn.DecimalPrecision},{RelationColumn.DecimalScale})) END
        """;

    private static string PerGib(PriceList prices)
    {
        var first = NanoDollars(prices.Prices[0]);
        if (prices.Prices.Length == 1)
            return first;
        var later = prices.Prices.Skip(1).Reverse().Select(price => string.Create(CultureInfo.InvariantCulture, $"WHEN date >= DATE '{price.From:yyyy-MM-dd}' THEN {NanoDollars(price)}"));
        return $"CASE {string.Join(' ', later)} ELSE {first} END";
    }

    private static string NanoDollars(TransferPrice price) => (price.BothDirectionsPerGib.Value * NanoDollarsPerMicroDollar).ToString(CultureInfo.InvariantCulture);
}
