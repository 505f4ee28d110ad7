using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using FlowLake.Agent.Bpf;
using FlowLake.Agent.Bpf.Interop;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

public sealed class FlowLayoutTests
{
    private static readonly Dictionary<string, string> RenamedMembers = new()
    {
        ["cgroup"] = "Cgroup",
        ["local"] = "Local",
        ["remote"] = "Remote",
        ["rto_time_us"] = "RtoTimeMicroseconds",
        ["srtt_us_sum"] = "SrttMicrosecondsSum",
        ["srtt_us_min"] = "SrttMicrosecondsMin",
        ["srtt_us_max"] = "SrttMicrosecondsMax",
        ["heartbeat_ns"] = "HeartbeatNanoseconds",
        ["silence_ns"] = "SilenceNanoseconds",
    };

    [Theory]
    [InlineData("flow_key", typeof(FlowKey))]
    [InlineData("flow_counters", typeof(FlowCounters))]
    [InlineData("flow_losses", typeof(PinnedLosses))]
    [InlineData("flow_control", typeof(PinnedControl))]
    [InlineData("flow_namespace", typeof(PinnedNamespace))]
    [InlineData("flow_drop_key", typeof(PinnedDropKey))]
    [InlineData("flow_drop", typeof(PinnedDrop))]
    [InlineData("dns_key", typeof(PinnedDnsKey))]
    [InlineData("dns_counters", typeof(PinnedDnsCounters))]
    public void Every_member_the_object_file_describes_lies_where_the_mirror_has_it(string name, Type mirror)
    {
        using var bpfObject = BpfObject.Open(ObjectPath);
        var described = new BtfTypes(bpfObject.Btf()).FindStruct(name);

        Assert.Equal(described.Size, SizeOf(mirror));
        foreach (var member in described.Members.Where(member => member.Name is not ("pad" or "spare")))
        {
            var field = FieldName(mirror, RenamedMembers.GetValueOrDefault(member.Name) ?? Pascal(member.Name));
            Assert.Equal((member.Name, member.Offset), (member.Name, (int)Marshal.OffsetOf(mirror, field)));
        }
    }

    [Fact]
    public void The_object_file_lies_beside_the_assembly() => Assert.True(File.Exists(ObjectPath), $"{ObjectPath} is missing: install clang and libbpf-dev, build again");

    [Theory]
    [InlineData("10.1.2.3")]
    [InlineData("2001:db8::1")]
    public void An_address_comes_back_as_it_went_in(string text) =>
        Assert.Equal(text, FlowAddress.From(System.Net.IPAddress.Parse(text)).ToString());

    [Fact]
    public void An_address_holds_its_bytes_in_network_order()
    {
        var bytes = MemoryMarshal.AsBytes<FlowAddress>([FlowAddress.From(System.Net.IPAddress.Parse("10.1.2.3"))]);

        Assert.Equal("00000000000000000000FFFF0A010203", Convert.ToHexString(bytes));
    }

    private static string ObjectPath => new CaptureOptions { CgroupRoot = "/", PinName = "none" }.ObjectPath;

    private static int SizeOf(Type type) =>
        (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type).Invoke(null, null)!;

    private static string FieldName(Type mirror, string name) => mirror.GetProperty(name) is null ? name : $"<{name}>k__BackingField";

    private static string Pascal(string name) => string.Concat(name.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
