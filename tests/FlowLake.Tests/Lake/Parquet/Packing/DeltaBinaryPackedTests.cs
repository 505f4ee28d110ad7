using System.Buffers;
using FlowLake.Lake.Parquet.Packing;
using Xunit;

namespace FlowLake.Tests.Lake.Parquet.Packing;

/// <summary>Against a decoder written here from the text of Parquet's Encodings.md.</summary>
public sealed class DeltaBinaryPackedTests
{
    [Theory]
    [InlineData()]
    [InlineData(7L)]
    [InlineData(7L, 5L, 3L, 1L, 2L, 3L, 4L, 5L)]
    [InlineData(long.MinValue, long.MaxValue, long.MinValue, 0L, long.MaxValue)]
    public void Values_come_back(params long[] values) => Assert.Equal(values, Decoded(Encoded(values)));

    [Fact]
    public void Values_of_every_width_and_number_come_back()
    {
        var random = new Random(20261127);
        for (var width = 0; width <= 64; width++)
        {
            foreach (var count in new[] { 1, 2, 32, 33, 128, 129, 130, 160, 161, 257, random.Next(1_000) })
            {
                long[] values = [.. Enumerable.Range(0, count).Select(_ => width == 0 ? 42 : random.NextInt64(long.MinValue, long.MaxValue) >> (64 - width))];
                Assert.Equal(values, Decoded(Encoded(values)));
            }
        }
    }

    [Fact]
    public void Numbers_that_rise_evenly_take_no_bits() =>
        Assert.InRange(Encoded([.. Enumerable.Range(0, 128_001).Select(index => 1_000_000L + (7 * index))]).Length, 1, 10 + (1_000 * 5));

    [Fact]
    public void One_wide_value_widens_the_difference_before_and_behind_it_and_32_at_most_around_each()
    {
        var values = new long[1_000];
        values[500] = 1L << 40;
        Assert.InRange(Encoded(values).Length, 1, 10 + (8 * 15) + (128 * 42 / 8));
    }

    private static byte[] Encoded(long[] values)
    {
        var bytes = new ArrayBufferWriter<byte>();
        DeltaBinaryPacked.Encode(values, bytes);
        return bytes.WrittenSpan.ToArray();
    }

    private static List<long> Decoded(byte[] bytes)
    {
        var at = 0;
        var (block, parts, total) = ((int)Varint(), (int)Varint(), (int)Varint());
        var value = Zigzag();
        List<long> values = total == 0 ? [] : [value];
        while (values.Count < total)
        {
            var least = Zigzag();
            var widths = bytes[at..(at += parts)];
            for (var part = 0; part < parts && values.Count < total; part++)
            {
                for (var index = 0; index < block / parts; index++)
                {
                    var above = 0UL;
                    for (var bit = 0; bit < widths[part]; bit++)
                    {
                        var position = (index * widths[part]) + bit;
                        above |= (ulong)((bytes[at + (position / 8)] >> (position % 8)) & 1) << bit;
                    }
                    if (values.Count < total)
                        values.Add(value = unchecked(value + least + (long)above));
                }
                at += block / parts * widths[part] / 8;
            }
        }
        Assert.Equal(bytes.Length, at);
        return values;

        ulong Varint()
        {
            var (number, shift) = (0UL, 0);
            while (bytes[at] >= 0x80)
            {
                number |= (ulong)(bytes[at++] & 0x7f) << shift;
                shift += 7;
            }
            return number | ((ulong)bytes[at++] << shift);
        }

        long Zigzag()
        {
            var number = Varint();
            return (long)(number >> 1) ^ -(long)(number & 1);
        }
    }
}
