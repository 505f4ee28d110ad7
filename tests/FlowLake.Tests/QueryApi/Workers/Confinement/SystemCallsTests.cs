using System.Globalization;
using System.Text.RegularExpressions;
using FlowLake.QueryApi.Workers.Confinement;
using Xunit;

namespace FlowLake.Tests.QueryApi.Workers.Confinement;

/// <summary>The numbers of calls, against the kernel's own headers.</summary>
public sealed partial class SystemCallsTests
{
    [Fact]
    public void Numbers_of_x86_64_are_those_of_its_header() => AssertSame("/usr/include/x86_64-linux-gnu/asm/unistd_64.h", numbers => numbers.X64);

    [Fact]
    public void Numbers_of_arm64_are_those_of_the_generic_header() => AssertSame("/usr/include/asm-generic/unistd.h", numbers => numbers.Arm64);

    private static void AssertSame(string header, Func<(uint X64, uint Arm64), uint> number)
    {
        var told = Definition().Matches(File.ReadAllText(header)).ToDictionary(match => match.Groups["name"].Value, match => uint.Parse(match.Groups["number"].Value, CultureInfo.InvariantCulture));
        Assert.All(SystemCalls.Numbers, call => Assert.Equal(told[call.Key], number(call.Value)));
    }

    [GeneratedRegex(@"^#define __NR_(?<name>\w+)\s+(?<number>\d+)\s*$", RegexOptions.Multiline)]
    private static partial Regex Definition();
}
