using System.Text;
using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

public sealed class ObjectCutterTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(100_000)]
    public void A_list_is_cut_alike_however_it_arrives(int step)
    {
        var (_, body) = ReplayServer.Recorded("list-pods.http");
        var cutter = new ObjectCutter(2, 1 << 20);

        var objects = Cut(cutter, body, step);

        Assert.Equal(20, objects.Count);
        var draft = new ObjectDraft(new NamePool());
        Assert.All(objects, text =>
        {
            ObjectReader.Read(Encoding.UTF8.GetBytes(text), draft);
            Assert.False(draft.Name.IsEmpty);
        });
        Assert.Contains("\"resourceVersion\":\"280\"", Encoding.UTF8.GetString(cutter.Envelope), StringComparison.Ordinal);
        Assert.True(cutter.IsWhole);
    }

    [Fact]
    public void Metadata_with_several_fields_stays_readable()
    {
        var cutter = new ObjectCutter(2, 1 << 20);

        Cut(cutter, ReplayServer.Recorded("list-pods-page-1.http").Body, 5);

        using var envelope = System.Text.Json.JsonDocument.Parse(cutter.Envelope.ToArray());
        Assert.Equal(12, envelope.RootElement.GetProperty("metadata").GetProperty("remainingItemCount").GetInt32());
    }

    [Fact]
    public void An_object_beyond_the_bound_is_left_out_and_counted_and_the_next_one_is_whole()
    {
        var cutter = new ObjectCutter(0, 16);

        var objects = Cut(cutter, Encoding.UTF8.GetBytes("""{"a":"}{"}""" + "\n" + """{"long":"0123456789"}""" + "\n" + """{"b":"\"}"}"""), 3);

        Assert.Equal(["""{"a":"}{"}""", """{"b":"\"}"}"""], objects);
        Assert.Equal(1, cutter.TooLong);
    }

    private static List<string> Cut(ObjectCutter cutter, byte[] bytes, int step)
    {
        var objects = new List<string>();
        for (var at = 0; at < bytes.Length; at += step)
            cutter.Take(bytes.AsSpan(at, Math.Min(step, bytes.Length - at)), one => objects.Add(Encoding.UTF8.GetString(one.Span)));
        return objects;
    }
}
