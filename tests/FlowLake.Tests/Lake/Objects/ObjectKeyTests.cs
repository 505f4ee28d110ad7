using System.Text;
using FlowLake.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Lake.Objects;

public sealed class ObjectKeyTests
{
    [Theory]
    [InlineData("eu-west-1a", "eu-west-1a")]
    [InlineData("a b/c", "a%20b%2Fc")]
    [InlineData("50%", "50%25")]
    [InlineData("zürich", "z%C3%BCrich")]
    [InlineData(".", "%2E")]
    [InlineData("..", "%2E%2E")]
    [InlineData(".hidden", ".hidden")]
    [InlineData("\n", "%0A")]
    public void Any_text_becomes_one_segment_that_gives_it_back(string text, string segment)
    {
        Assert.Equal(segment, ObjectKey.Segment(text));
        Assert.Equal(text, Uri.UnescapeDataString(segment));
        Assert.Equal(segment, ObjectKey.Check(segment));
    }

    [Fact]
    public void Random_texts_become_valid_segments_that_give_them_back()
    {
        var random = new Random(1);
        for (int round = 0; round < 10_000; round++)
        {
            string text = RandomText(random, 1 + random.Next(20));
            string segment = ObjectKey.Segment(text);
            Assert.True(ObjectKey.IsValid(segment));
            Assert.DoesNotContain('/', segment);
            Assert.Equal(text, Uri.UnescapeDataString(segment));
        }
    }

    [Fact]
    public void What_cannot_be_a_segment_is_refused()
    {
        Assert.Throws<ArgumentException>(() => ObjectKey.Segment(""));
        Assert.ThrowsAny<ArgumentException>(() => ObjectKey.Segment("\uD800"));
    }

    [Fact]
    public void Half_a_surrogate_pair_is_no_key() => // An attribute cannot carry one to the theory below.
        Assert.Contains("Unicode", Assert.Throws<ArgumentException>(() => ObjectKey.Check("a\uDC00")).Message, StringComparison.Ordinal);

    [Fact]
    public void A_segment_longer_than_a_file_name_can_be_is_refused()
    {
        Assert.Equal(255, ObjectKey.Segment(new string('a', 255)).Length);
        Assert.Throws<ArgumentException>(() => ObjectKey.Segment(new string('a', 256)));
        Assert.Throws<ArgumentException>(() => ObjectKey.Segment(new string('/', 86)));
    }

    [Theory]
    [InlineData("flows/_delta_log/00000000000000000000.json")]
    [InlineData("date=2026-11-21/zone=a%2520b/x.parquet")]
    [InlineData("...")]
    [InlineData("a b/ä")]
    [InlineData("a/.flowlake-tmp")]
    public void Good_keys_pass(string key) => Assert.Equal(key, ObjectKey.Check(key));

    [Theory]
    [InlineData("", "empty")]
    [InlineData("/a", "segment \"\"")]
    [InlineData("a/", "segment \"\"")]
    [InlineData("a//b", "segment \"\"")]
    [InlineData("../a", "segment \"..\"")]
    [InlineData("a/../b", "segment \"..\"")]
    [InlineData("./a", "segment \".\"")]
    [InlineData("a\0b", "control")]
    [InlineData("a\u0085", "control")]
    [InlineData("a\uFFFF", "XML")]
    [InlineData(".flowlake-tmp/a", "reserved")]
    public void Bad_keys_are_refused_with_the_reason(string key, string reason)
    {
        Assert.False(ObjectKey.IsValid(key));
        Assert.Contains(reason, Assert.Throws<ArgumentException>(() => ObjectKey.Check(key)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Keys_have_room_for_900_bytes_and_no_more()
    {
        string key = string.Join('/', Enumerable.Repeat(new string('a', 99), 9));
        Assert.Equal(899, key.Length);
        Assert.True(ObjectKey.IsValid(key + "a"));
        Assert.False(ObjectKey.IsValid(key + "aa"));
    }

    [Fact]
    public void Order_is_that_of_the_bytes_also_beyond_the_basic_plane()
    {
        var random = new Random(2);
        string[] texts = [.. Enumerable.Range(0, 400).Select(_ => RandomText(random, random.Next(5)))];
        foreach (string left in texts)
        {
            foreach (string right in texts)
            {
                int bytes = Encoding.UTF8.GetBytes(left).AsSpan().SequenceCompareTo(Encoding.UTF8.GetBytes(right));
                Assert.Equal(Math.Sign(bytes), Math.Sign(ObjectKey.Order.Compare(left, right)));
            }
        }
    }

    private static string RandomText(Random random, int runes)
    {
        var text = new StringBuilder();
        for (int index = 0; index < runes; index++)
        {
            // Few different letters, so that common beginnings occur; some from just below and above the surrogates, and from beyond.
            text.Append(random.Next(6) switch
            {
                0 => new Rune(random.Next(0x20, 0x7F)),
                1 => new Rune('%'),
                2 => new Rune(0xE9),
                3 => new Rune(0xD7F0 + random.Next(16)),
                4 => new Rune(0xFFF0 + random.Next(14)),
                _ => new Rune(0x1F600 + random.Next(3)),
            });
        }
        return text.ToString();
    }
}
