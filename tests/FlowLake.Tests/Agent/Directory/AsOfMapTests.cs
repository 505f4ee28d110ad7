using FlowLake.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

public sealed class AsOfMapTests
{
    private readonly AsOfMap<int, string> map = new();

    private static DateTimeOffset At(int second) => DateTimeOffset.UnixEpoch.AddSeconds(second);

    private string? Find(int key, int from, int to) => map.TryFind(key, At(from), At(to), out var value) ? value : null;

    [Fact]
    public void A_key_handed_on_is_found_by_time()
    {
        map.Set(1, "first", At(10));
        map.Set(1, "second", At(20));
        map.End(1, At(30));

        Assert.Null(Find(1, 0, 10));
        Assert.Equal("first", Find(1, 5, 15));
        Assert.Equal("first", Find(1, 10, 20));
        Assert.Equal("second", Find(1, 20, 30));
        Assert.Equal("second", Find(1, 25, 100));
        Assert.Null(Find(1, 30, 40));
    }

    [Fact]
    public void Of_two_in_one_window_the_later_one_is_found()
    {
        map.Set(1, "first", At(10));
        map.Set(1, "second", At(20));

        Assert.Equal("second", Find(1, 0, 60));
    }

    [Fact]
    public void An_equal_value_goes_on_without_a_break()
    {
        map.Set(1, "same", At(10));
        map.Set(1, new string("same"), At(20));
        map.Forget(At(15));

        Assert.Equal("same", Find(1, 10, 12));
    }

    [Fact]
    public void What_ended_is_forgotten_in_time_and_what_goes_on_is_not()
    {
        map.Set(1, "gone", At(0));
        map.End(1, At(10));
        map.Set(2, "there", At(0));

        map.Forget(At(10));

        Assert.Equal(1, map.Count);
        Assert.Equal("there", Find(2, 5, 6));
    }

    [Fact]
    public void A_key_that_changes_without_end_keeps_a_bounded_past()
    {
        for (var second = 0; second < 100; second++)
            map.Set(1, second.ToString(System.Globalization.CultureInfo.InvariantCulture), At(second));

        Assert.Null(Find(1, 0, 99 - AsOfMap<int, string>.EndedMax));
        Assert.Equal("99", Find(1, 99, 100));
        Assert.Equal("90", Find(1, 90, 91));
    }
}
