using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

public sealed class ShortTextTests
{
    [Theory]
    [InlineData("")]
    [InlineData("-")]
    [InlineData("-zz9qk")]
    [InlineData("12345678")]
    [InlineData("123456789")]
    [InlineData("kube-proxy-node-a.example.com")]
    [InlineData("ä")]
    [InlineData("a\0")]
    public void It_is_the_text_it_was_made_of(string text)
    {
        var made = new ShortText(text);
        Span<char> copy = new char[64];
        made.CopyTo(copy);

        Assert.Equal(text.Length, made.Length);
        Assert.Equal(text, copy[..made.Length].ToString());
        Assert.True(made.Is(text));
        Assert.False(made.Is(text + "x"));
        Assert.False(made.Is("x" + text));
    }
}
