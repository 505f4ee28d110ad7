using FlowLake.Demo.Screen;
using Xunit;

namespace FlowLake.Tests.Demo;

public class ZoneMatrixTests
{
    private static readonly ZoneMatrix Matrix = new(
    [
        new ZoneFlow("a", "a", 600, 0),
        new ZoneFlow("a", "b", 300, 0.3m),
        new ZoneFlow("b", "a", 100, 0.1m),
    ], seconds: 30);

    [Fact]
    public void Sums_shares_and_dollars_are_those_of_its_cells()
    {
        Assert.Equal(["a", "b"], Matrix.Zones);
        Assert.Equal(1_000, Matrix.Bytes);
        Assert.Equal(400, Matrix.CrossZoneBytes);
        Assert.Equal(0.4, Matrix.CrossZoneShare);
        Assert.Equal(0.4m, Matrix.Dollars);
    }

    [Fact]
    public void A_cell_without_traffic_is_zero()
    {
        Assert.Equal(0, Matrix["b", "b"].Bytes);
        Assert.Equal(300, Matrix["a", "b"].Bytes);
    }

    [Fact]
    public void Without_traffic_it_is_empty_and_shares_nothing()
    {
        var empty = new ZoneMatrix([], seconds: 0);

        Assert.True(empty.IsEmpty);
        Assert.Equal(0, empty.CrossZoneShare);
        Assert.Equal(0, empty.DollarsPerMonth);
    }

    [Fact]
    public void Its_summary_says_what_a_month_at_this_rate_costs()
    {
        Assert.Equal("1000 B in 30 s, 40.0 % across zones\n$0.400000, at this rate $34,560 a month", MatrixTable.Summary(Matrix));
    }
}
