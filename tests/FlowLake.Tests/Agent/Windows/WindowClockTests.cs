using FlowLake.Agent.Windows;
using Xunit;

namespace FlowLake.Tests.Agent.Windows;

public sealed class WindowClockTests
{
    private static DateTimeOffset At(double second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    [Theory]
    [InlineData(60, 0, 60)]
    [InlineData(60, 0.001, 60)]
    [InlineData(60, 59.999, 60)]
    [InlineData(60, 60, 120)]
    [InlineData(10, 1_800_000_007, 1_800_000_010)]
    [InlineData(45, -10, 0)]
    [InlineData(45, -45, 0)]
    public void Boundaries_are_multiples_of_the_length(int length, double time, double boundary) =>
        Assert.Equal(At(boundary), new WindowClock(TimeSpan.FromSeconds(length)).BoundaryAfter(At(time)));

    [Theory]
    [InlineData(60, 60.004, 60)] // a little late
    [InlineData(60, 59.990, 60)] // timers may be early too
    [InlineData(60, 500.7, 500)] // the machine slept
    [InlineData(60, 5, 5)] // the clock was put back
    [InlineData(60, -500, 1)] // and far back: a window has a second at least
    public void A_window_ends_as_planned_unless_the_clock_is_far_from_it(double planned, double now, double end) =>
        Assert.Equal(At(end), new WindowClock(TimeSpan.FromSeconds(60)).End(At(0), At(planned), At(now)));

    [Theory]
    [InlineData(37.2, 37)]
    [InlineData(37.6, 38)]
    [InlineData(0.1, 1)]
    public void A_window_closed_early_has_whole_seconds(double now, double end) => Assert.Equal(At(end), WindowClock.EarlyEnd(At(0), At(now)));

    [Fact]
    public void Windows_of_all_agents_begin_alike_whenever_they_started()
    {
        var clock = new WindowClock(TimeSpan.FromSeconds(30));
        var random = new Random(1);
        for (var round = 0; round < 1_000; round++)
        {
            var time = At(random.NextDouble() * 4e9);
            var boundary = clock.BoundaryAfter(time);
            Assert.InRange(boundary - time, TimeSpan.FromTicks(1), TimeSpan.FromSeconds(30));
            Assert.Equal(0, boundary.ToUnixTimeMilliseconds() % 30_000);
        }
    }
}
