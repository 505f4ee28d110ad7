using System.Collections.Immutable;
using System.Text.RegularExpressions;

namespace FlowLake.Tests.Tidy;

/// <summary>Something that is always wrong in a line of some files.</summary>
/// <remarks>Some patterns are written with a character class around one letter, so that a rule does not find itself.</remarks>
/// <param name="What">What is wrong with a line that matches.</param>
/// <param name="WayOut">What to do instead.</param>
/// <param name="Pattern">What such a line holds.</param>
/// <param name="AppliesTo">The files it is wrong in.</param>
/// <param name="Example">A line the rule has to find.</param>
internal sealed record LineRule(string What, string WayOut, Regex Pattern, Func<SourceFile, bool> AppliesTo, string Example)
{
    public static readonly ImmutableArray<LineRule> All =
    [
        new("a clock that no test can set", "Take a TimeProvider in the constructor.",
            new(@"^(?!\s*(//|\*)).*\b(DateTime\.(UtcNow|Now|Today)|DateTimeOffset\.(UtcNow|Now)|Environment\.TickCount(64)?)\b"),
            file => file.IsProductCode,
            "var now = DateTimeOffset.UtcNow;"),

        new("work left undone", "Do it, or write down in ARCHITECTURE.md why it is not done.",
            new(@"\b(TO[D]O|FIX[M]E|X[X]X|HAC[K])\b"),
            file => file.IsText && !file.IsLockFile,
            "// " + "TO" + "DO: later"),

        new("a member that does nothing", "Write it, or leave it out until it is needed.",
            new(@"\bnew NotImplemente[d]Exception"),
            file => file.HasExtension(".cs"),
            "throw new Not" + "ImplementedException();"),

        new("a test that does not run", "Make what it needs (eng/install-packages.sh test), or remove it; a missing part is a failure that says what to install.",
            new(@"\[(Fact|Theory|InlineData|MemberData)\b.*\bSki[p]\w*\s*=|\bAsser[t]\.Skip"),
            file => file.HasExtension(".cs") && file.IsIn("tests"),
            "[Fact(Ski" + "p = \"slow\")]"),

        new("a test that cannot fail", "Assert what the code did.",
            new(@"Assert\.True\(tru[e]\)"),
            file => file.HasExtension(".cs") && file.IsIn("tests"),
            "Assert.True(" + "true);"),

        new("a space at the end of the line", "Run: make fmt.",
            new(@"[ \t]+\r?$"),
            file => file.IsText && file.Name != "LICENSE",
            "words "),

        new("a carriage return", "Save with line feeds alone, as .editorconfig says.",
            new(@"\r"),
            file => file.IsText,
            "words\r"),

        new("a path of one machine", "Name it from the root of the checkout, or take it as a setting.",
            new(@"(?<![\w.~\-}])/(home|root|Users|work)/\w"),
            file => file.IsText,
            "include: /home/" + "someone/flowlake"),

        new("the host of a registry", "Leave the host to the machine's own settings (npm: omit-lockfile-registry-resolved=true).",
            new(@"registry\.npmjs\.org|api\.nuget\.org|pkgs\.dev\.azure\.com|""resolved"": ""http"),
            file => file.IsText,
            "https://registry." + "npmjs.org/"),
    ];

    public IEnumerable<Finding> Check(SourceFile file)
    {
        if (!AppliesTo(file))
            yield break;
        var lines = file.Lines;
        for (var index = 0; index < lines.Length; index++)
        {
            if (Pattern.IsMatch(lines[index]))
                yield return new Finding(file.Path, index + 1, What, WayOut);
        }
    }

    public override string ToString() => What;
}
