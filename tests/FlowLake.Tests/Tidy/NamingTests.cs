using System.Text.RegularExpressions;
using Xunit;

namespace FlowLake.Tests.Tidy;

/// <summary>A newcomer finds the right file by guessing its name.</summary>
public sealed partial class NamingTests
{
    private static readonly string[] FilesWithoutType = ["Program.cs", "AssemblyInfo.cs", "GlobalUsings.cs"];

    private static IEnumerable<SourceFile> TypeFiles => Checkout.Files.Where(file => file.HasExtension(".cs") && !FilesWithoutType.Contains(file.Name));

    [Fact]
    public void A_file_is_named_like_a_type_in_it() =>
        Finding.None(
            from file in TypeFiles
            let types = TypesOf(file)
            where !types.Any(type => type.Name == Stem(file)) && !IsFamily(file, types)
            select new Finding(file.Path, types.FirstOrDefault().Line, $"no type {Stem(file)} in it, but {string.Join(", ", types.Select(type => type.Name))}",
                "Name the file like its type; a facet of a long type is Type.Facet.cs."));

    [Fact]
    public void Tests_are_in_a_class_named_like_the_file() =>
        Finding.None(
            from file in TypeFiles
            where file.IsIn("tests/FlowLake.Tests") && TestAttribute().IsMatch(file.Text)
            from type in TypesOf(file)
            where type.Name != Stem(file) && type.IsPublic && type.Name.EndsWith("Tests", StringComparison.Ordinal)
            select new Finding(file.Path, type.Line, $"{type.Name} has tests in a file of another name", $"Move it to {type.Name}.cs."));

    [Fact]
    public void A_public_type_has_a_file_of_its_name() =>
        Finding.None(
            from file in TypeFiles
            where !file.IsIn("tests")
            let types = TypesOf(file)
            from type in types
            where type.IsPublic && type.Name != Stem(file) && !IsCompanion(type.Name, Stem(file), types)
            select new Finding(file.Path, type.Line, $"{type.Name} stands in the file of {Stem(file)}",
                $"Move it to {type.Name}.cs; only a small companion that nobody looks for by itself may stay."));

    [Fact]
    public void A_namespace_follows_its_folder() =>
        Finding.None(
            from file in Checkout.Files
            where file.HasExtension(".cs")
            let declared = NamespaceLine().Match(file.Text)
            where declared.Success && declared.Groups[1].Value != NamespaceOf(file)
            let line = file.Text[..declared.Index].Count(character => character == '\n') + 1
            select new Finding(file.Path, line, $"namespace {declared.Groups[1].Value}", $"Its folder says {NamespaceOf(file)}."));

    [Fact]
    public void No_path_has_a_space() =>
        Finding.None(
            from file in Checkout.Files
            where file.Path.Contains(' ')
            select new Finding(file.Path, 1, "a path with a space", "Rename it; the Makefile's lists are parted by spaces."));

    /// <summary>
    /// A companion is a type nobody looks for by itself: a variation of the file's own name (Column and ColumnsOf), or a record, an enumeration or a
    /// delegate beside the type that returns or takes it.
    /// </summary>
    private static bool IsCompanion(string name, string stem, IReadOnlyList<DeclaredType> types) =>
        name.StartsWith(stem, StringComparison.Ordinal)
        || types.Single(type => type.Name == name) is { Kind: "record" or "enum" or "delegate" or "interface" };

    /// <summary>A plural holds a family of small types of one kind, such as all the handles of a native library, and none that is public.</summary>
    private static bool IsFamily(SourceFile file, List<DeclaredType> types) =>
        Stem(file).EndsWith('s') && types.Count > 1 && types.All(type => !type.IsPublic);

    private static string Stem(SourceFile file) => file.Name[..file.Name.IndexOf('.', StringComparison.Ordinal)];

    private static List<DeclaredType> TypesOf(SourceFile file) =>
    [
        .. TypeLine().Matches(file.Text)
            .Select(match => new DeclaredType(
                match.Groups["name"].Value,
                match.Groups["kind"].Value,
                match.Groups["public"].Success,
                file.Text[..match.Index].Count(character => character == '\n') + 1))
            .DistinctBy(type => type.Name),
    ];

    private static string NamespaceOf(SourceFile file)
    {
        var project = Checkout.Projects.Where(project => file.IsIn(project.Folder)).MaxBy(project => project.Folder.Length)!;
        var root = project.Xml.Descendants("RootNamespace").Single().Value;
        return root + file.Folder[project.Folder.Length..].Replace('/', '.');
    }

    private readonly record struct DeclaredType(string Name, string Kind, bool IsPublic, int Line);

    [GeneratedRegex(@"^(?:\[[^\]\n]*\] ?)?(?:(?<public>public)|internal|file)(?: (?:static|sealed|abstract|readonly|partial|ref|unsafe))* (?<kind>class|struct|interface|enum|record|delegate)(?: struct| class)? (?:[\w<>?.]+ (?=\w+\())?(?<name>\w+)", RegexOptions.Multiline)]
    private static partial Regex TypeLine();

    [GeneratedRegex(@"^namespace ([\w.]+)", RegexOptions.Multiline)]
    private static partial Regex NamespaceLine();

    [GeneratedRegex(@"\[(Fact|Theory)\b")]
    private static partial Regex TestAttribute();
}
