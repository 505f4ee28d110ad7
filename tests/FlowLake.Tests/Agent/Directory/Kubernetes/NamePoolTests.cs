using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

public sealed class NamePoolTests
{
    private readonly NamePool names = new();

    [Fact]
    public void A_name_that_is_read_stays_one_string_and_one_that_is_not_goes()
    {
        var (read, idle) = (names.Text("read"), names.Text("idle"));
        for (var hour = 0; hour < 3; hour++)
        {
            names.Age();
            Assert.Same(read, names.Text("read"));
        }

        Assert.NotSame(idle, names.Text("idle"));
    }

    [Fact]
    public void At_the_bound_what_is_in_use_stays()
    {
        var used = names.Text("used");
        for (var number = 0; number < 3 * NamePool.NamesMax; number++)
        {
            names.Text($"{number}");
            if (number % 1_000 == 0)
                Assert.Same(used, names.Text("used"));
        }
    }
}
