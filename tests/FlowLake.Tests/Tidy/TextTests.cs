using Xunit;

namespace FlowLake.Tests.Tidy;

/// <summary>What no line of the project may hold, and how every file ends.</summary>
public sealed class TextTests
{
    public static TheoryData<string> Rules => [.. LineRule.All.Select(rule => rule.What)];

    [Theory, MemberData(nameof(Rules))]
    public void No_line_holds(string what) => Finding.None(Checkout.Files.SelectMany(Rule(what).Check));

    [Theory, MemberData(nameof(Rules))]
    public void A_rule_finds_its_own_example(string what) => Assert.Matches(Rule(what).Pattern, Rule(what).Example);

    [Fact]
    public void Every_file_ends_with_one_line_feed() =>
        Finding.None(
            from file in Checkout.Files
            // NuGet writes its lock files without one, and writes them again at every change.
            where file.IsText && file.Name != "packages.lock.json" && file.Text.Length > 0
            where !file.Text.EndsWith('\n') || file.Text.EndsWith("\n\n", StringComparison.Ordinal)
            select new Finding(file.Path, file.Lines.Length, "the last line is unfinished or empty", "End the file with one line feed."));

    [Fact]
    public void Every_file_of_the_kernel_half_names_its_licence() =>
        Finding.None(
            from file in Checkout.Files
            where file.IsIn("bpf") && file.HasExtension(".c", ".h")
            where !file.Lines[0].Contains("SPDX-License-Identifier:", StringComparison.Ordinal)
                || !file.Lines[0].Contains("GPL-2.0", StringComparison.Ordinal)
                || !file.Lines[0].Contains("Apache-2.0", StringComparison.Ordinal)
            select new Finding(file.Path, 1, "no licence in the first line",
                "Begin with an SPDX-License-Identifier of GPL-2.0 and Apache-2.0; the kernel's helpers ask for the first."));

    private static LineRule Rule(string what) => LineRule.All.Single(rule => rule.What == what);
}
