using System.Net;
using FlowLake.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

public sealed class AddressTextTests
{
    [Theory]
    [InlineData("10.1")]
    [InlineData("010.0.0.1")] // octal for some, decimal for others
    [InlineData("10.0.0.1\0")]
    [InlineData("fe80::1%eth0")]
    [InlineData("[::1]")]
    [InlineData("None")]
    [InlineData("")]
    [InlineData("ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.2555")]
    [InlineData("żółw")]
    public void What_is_no_address_is_refused(string text) => Assert.False(AddressKey.TryParse(text, out _));

    [Fact]
    public void It_reads_what_the_runtime_writes()
    {
        var random = new Random(1);
        var bytes = new byte[16];
        for (var count = 0; count < 5_000; count++)
        {
            random.NextBytes(bytes);
            // Zeros in a row are what is left out of the text.
            bytes.AsSpan(random.Next(8), random.Next(9)).Clear();
            var address = new IPAddress(count % 2 == 0 ? bytes : bytes[..4]);

            Assert.True(AddressKey.TryParse(address.ToString(), out var key), address.ToString());
            Assert.Equal(AddressKey.From(address), key);
        }
    }
}
