using System.Text;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

public sealed class FileStatisticsTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 500)];

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Bounds_of_text_are_short_and_never_narrower_than_the_text(int seed)
    {
        var text = RandomText(new Random(seed));
        var low = (string)FileStatistics.Bound(ColumnType.String, text, upper: false)!;
        Assert.True(Compare(low, text) <= 0);
        Assert.True(low.EnumerateRunes().Count() <= FileStatistics.TextLength);
        if (FileStatistics.Bound(ColumnType.String, text, upper: true) is { } high)
        {
            Assert.True(Compare((string)high!, text) >= 0);
            Assert.True(((string)high!).EnumerateRunes().Count() <= FileStatistics.TextLength);
        }
        else
        {
            Assert.True(text.EnumerateRunes().Take(FileStatistics.TextLength).All(rune => rune.Value == 0x10FFFF));
        }
    }

    [Theory]
    [InlineData("2026-11-21 04:12:09.497701+00", "2026-11-21T04:12:09.497Z", "2026-11-21T04:12:09.498Z")]
    [InlineData("2026-11-21 04:12:09.497+00", "2026-11-21T04:12:09.497Z", "2026-11-21T04:12:09.497Z")]
    [InlineData("2026-12-31 23:59:59.999999+00", "2026-12-31T23:59:59.999Z", "2027-01-01T00:00:00.000Z")]
    public void Bounds_of_times_are_whole_milliseconds_on_the_safe_side(string text, string low, string high)
    {
        Assert.Equal(low, (string)FileStatistics.Bound(ColumnType.Timestamp, text, upper: false)!);
        Assert.Equal(high, (string)FileStatistics.Bound(ColumnType.Timestamp, text, upper: true)!);
    }

    [Fact]
    public void The_largest_number_keeps_its_digits() => Assert.Equal(long.MaxValue, (long)FileStatistics.Bound(ColumnType.Int64, "9223372036854775807", upper: true)!);

    [Fact]
    public void Booleans_have_no_bounds() => Assert.Null(FileStatistics.Bound(ColumnType.Boolean, "1", upper: true));

    // The order of the table's readers: by bytes of UTF-8.
    private static int Compare(string left, string right) => Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));

    private static string RandomText(Random random)
    {
        Rune[] odd = [new(0x10FFFF), new(0xD7FF), new(0xE000), new(0xFFFF), new(0x7F), new(0), new('z'), new('é')];
        var text = new StringBuilder();
        var sameFor = random.Next(2) == 0 ? 40 : 1;
        while (text.Length < random.Next(80))
        {
            var rune = odd[random.Next(odd.Length)];
            for (var count = random.Next(sameFor + 1); count >= 0; count--)
                text.Append(rune.ToString());
        }

        return text.ToString();
    }
}
