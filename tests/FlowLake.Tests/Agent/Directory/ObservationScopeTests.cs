using FlowLake.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

public sealed class ObservationScopeTests
{
    [Theory]
    // Lists alone.
    [InlineData("", "", null, true)]
    [InlineData("app", "", null, true)]
    [InlineData("other", "", null, false)]
    [InlineData("", "app", null, false)]
    [InlineData("", "other", null, true)]
    [InlineData("app", "app", null, false)]
    // An annotation wins over both.
    [InlineData("", "", false, false)]
    [InlineData("app", "", false, false)]
    [InlineData("other", "", true, true)]
    [InlineData("", "app", true, true)]
    public void An_annotation_decides_and_else_the_lists(string included, string excluded, bool? annotation, bool observed)
    {
        var scope = new ObservationScope { Included = [.. Names(included)], Excluded = [.. Names(excluded)] };

        Assert.Equal(observed, scope.Observes(new PodEntry("app", "p", "n", null, null) { Observe = annotation }));
    }

    [Theory]
    [InlineData("true", true)]
    [InlineData("false", false)]
    [InlineData("False", null)]
    [InlineData("no", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void An_annotation_is_true_or_false_or_decides_nothing(string? text, bool? decision) => Assert.Equal(decision, ObservationScope.Decision(text));

    private static string[] Names(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries);
}
