using System.Xml;
using System.Xml.Linq;
using Xunit;

namespace FlowLake.Tests.Tidy;

/// <summary>One place that breaks a rule, and what to do about it.</summary>
/// <param name="Path">The file, from the root.</param>
/// <param name="Line">The line, from 1.</param>
/// <param name="What">What is wrong there.</param>
/// <param name="WayOut">What to do instead.</param>
internal sealed record Finding(string Path, int Line, string What, string WayOut)
{
    private const int ShownAtMost = 40;

    public static Finding At(SourceFile file, XElement element, string what, string wayOut) =>
        new(file.Path, ((IXmlLineInfo)element).LineNumber, what, wayOut);

    /// <summary>Fails with every place named, so that one run is enough to mend them all.</summary>
    public static void None(IEnumerable<Finding> findings)
    {
        var found = findings.ToList();
        if (found.Count == 0)
            return;
        var more = found.Count > ShownAtMost ? $"\n... and {found.Count - ShownAtMost} more" : "";
        Assert.Fail($"{found.Count} to mend:\n{string.Join('\n', found.Take(ShownAtMost))}{more}");
    }

    public override string ToString() => $"{Path}:{Line}: {What}. {WayOut}";
}
