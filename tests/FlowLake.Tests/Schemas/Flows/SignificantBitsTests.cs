using System.Numerics;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.Schemas.Flows;

public sealed class SignificantBitsTests
{
    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(15, 15, 15)]
    [InlineData(16, 16, 16)]
    [InlineData(17, 16, 18)]
    [InlineData(1000, 960, 1024)]
    [InlineData(long.MaxValue, 0x7800_0000_0000_0000, long.MaxValue)]
    public void Numbers_are_rounded_to_four_bits(long value, long down, long up)
    {
        Assert.Equal(down, SignificantBits.Down(value));
        Assert.Equal(up, SignificantBits.Up(value));
    }

    [Fact]
    public void Bounds_hold_the_value_closely_and_stay_when_rounded_again()
    {
        var random = new Random(1);
        for (var round = 0; round < 10_000; round++)
        {
            var value = random.NextInt64(long.MaxValue >> 1) >> random.Next(62);
            var (down, up) = (SignificantBits.Down(value), SignificantBits.Up(value));
            Assert.InRange(value, down, up);
            Assert.True(value - down <= value / 8 && up - value <= value / 8, $"{down} {value} {up}");
            Assert.Equal((down, up), (SignificantBits.Down(down), SignificantBits.Up(up)));
            Assert.InRange(64 - BitOperations.LeadingZeroCount((ulong)up) - BitOperations.TrailingZeroCount(up | (1L << 62)), -64, SignificantBits.KeptOfBound);
        }
    }

    [Theory]
    [InlineData(0, 0)]
    [InlineData(127, 127)]
    [InlineData(258, 260)]
    [InlineData(1101, 1104)]
    [InlineData(1095, 1088)]
    [InlineData(511, 512)]
    [InlineData(long.MaxValue, long.MaxValue)]
    public void Sums_are_rounded_to_seven_bits(long value, long nearest) => Assert.Equal(nearest, SignificantBits.Nearest(value));

    [Fact]
    public void Rounded_sums_are_near_to_either_side_and_come_to_the_same_in_the_long_run()
    {
        var random = new Random(2);
        var (exact, rounded) = (0.0, 0.0);
        for (var round = 0; round < 100_000; round++)
        {
            var value = random.NextInt64(long.MaxValue >> 1) >> random.Next(20, 62);
            var nearest = SignificantBits.Nearest(value);
            Assert.True(Math.Abs(nearest - value) <= value / 128, $"{value} {nearest}");
            Assert.Equal(nearest, SignificantBits.Nearest(nearest));
            (exact, rounded) = (exact + value, rounded + nearest);
        }
        Assert.InRange(rounded / exact, 0.9999, 1.0001);
    }
}
