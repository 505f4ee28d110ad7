using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

public sealed class NodePinNameTests
{
    private static readonly string longest = new('n', 64);

    [Fact]
    public void A_plain_name_stays_as_it_is()
    {
        Assert.Equal("ip-10-0-1-2", NodePinName.Of("ip-10-0-1-2"));
        Assert.Equal(longest, NodePinName.Of(longest));
    }

    // The next agent, of another version perhaps, finds its kernel half by it.
    [Fact]
    public void Another_name_is_changed_and_a_hash_of_it_follows() =>
        Assert.Equal("rack_7_f771159a46aad6cb", NodePinName.Of("rack/7"));

    [Fact]
    public void Different_names_have_different_pins_that_the_kernel_takes()
    {
        string[] alike =
        [
            "rack/7", "rack_7", "rack.7", "rack 7", "rack-7", NodePinName.Of("rack/7"), NodePinName.Of(NodePinName.Of("rack/7")),
            longest, longest + "n", longest + "nn", longest + "/", "..", "__", "œ", "é", new string('.', 253),
        ];

        var pins = alike.Select(NodePinName.Of).ToArray();

        Assert.Equal(pins.Length, pins.Distinct().Count());
        Assert.All(pins, pin => new CaptureOptions { CgroupRoot = "/", PinName = pin }.Validate());
    }
}
