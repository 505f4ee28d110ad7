using FlowLake.Agent.Health;
using Xunit;

namespace FlowLake.Tests.Agent.Health;

public sealed class ListenAddressTests
{
    [Theory]
    [InlineData("127.0.0.1:9464", "127.0.0.1:9464")]
    [InlineData("[10.0.0.7]:9464", "10.0.0.7:9464")]
    [InlineData("[fd00::5]:9464", "[fd00::5]:9464")]
    [InlineData("[::]:0", "[::]:0")]
    public void An_address_with_a_port_is_read(string text, string expected)
    {
        Assert.True(ListenAddress.TryParse(text, out var endpoint));
        Assert.Equal(expected, endpoint.ToString());
    }

    [Theory]
    [InlineData("")]
    [InlineData("9464")]
    [InlineData(":9464")]
    [InlineData("127.0.0.1")]
    [InlineData("127.0.0.1:")]
    [InlineData("127.0.0.1:65536")]
    [InlineData("127.0.0.1:-1")]
    [InlineData("fd00::5:9464")]
    [InlineData("[]:9464")]
    [InlineData("localhost:9464")]
    public void Anything_else_is_not(string text) => Assert.False(ListenAddress.TryParse(text, out _));
}
