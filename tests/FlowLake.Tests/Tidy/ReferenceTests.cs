using System.Collections.Frozen;
using Xunit;

namespace FlowLake.Tests.Tidy;

/// <summary>Holds the picture of ARCHITECTURE.md: Schemas ← Lake ← {Agent, Ingest, QueryApi, Demo} ← Cli; programs never reference each other.</summary>
public sealed class ReferenceTests
{
    private static readonly FrozenDictionary<string, string[]> MayReference = new Dictionary<string, string[]>
    {
        ["schemas"] = [],
        ["lake"] = ["schemas"],
        ["agent"] = ["lake", "schemas"],
        ["ingest-lambda"] = ["lake", "schemas"],
        ["query-api"] = ["lake", "schemas"],
        ["demo"] = ["demo/pod", "lake", "schemas"],
        ["demo/pod"] = [],
        ["infra"] = ["schemas"],
        ["cli"] = ["agent", "demo", "ingest-lambda", "lake", "query-api", "schemas"],
        ["tests/FlowLake.Tests"] = ["cli", "demo/pod", "infra", "tests/FlowLake.Traffic"],
        ["tests/FlowLake.Traffic"] = [],
        ["tests/FlowLake.Benchmarks"] = ["cli", "tests/FlowLake.Traffic"],
    }.ToFrozenDictionary();

    [Fact]
    public void Projects_reference_only_what_is_more_stable() =>
        Finding.None(
            from project in Checkout.Projects
            where MayReference.ContainsKey(project.Folder)
            from reference in project.Xml.Descendants("ProjectReference")
            let target = FolderOf(project, (string)reference.Attribute("Include")!)
            where !MayReference[project.Folder].Contains(target)
            select Finding.At(project, reference, $"{project.Folder} references {target}",
                $"It may reference: {string.Join(", ", MayReference[project.Folder])}. Move what both need there; programs meet in the bucket."));

    [Fact]
    public void Every_project_has_its_place_in_the_picture() =>
        Finding.None(
            from project in Checkout.Projects
            where !MayReference.ContainsKey(project.Folder)
            select new Finding(project.Path, 1, "a project outside the picture", "Add it to ARCHITECTURE.md and to the table in ReferenceTests.cs."));

    [Fact]
    public void Every_place_in_the_picture_has_its_project() =>
        Assert.Equal(MayReference.Keys.Order(StringComparer.Ordinal), Checkout.Projects.Select(project => project.Folder).Order(StringComparer.Ordinal));

    [Fact]
    public void The_solution_holds_every_project() =>
        Finding.None(
            from project in Checkout.Projects
            where !Checkout.Named("FlowLake.sln").Text.Replace('\\', '/').Contains($"\"{project.Path}\"", StringComparison.Ordinal)
            select new Finding(project.Path, 1, "a project the solution does not hold", $"Run: dotnet sln add {project.Path}"));

    [Fact]
    public void Schemas_need_no_package() =>
        Finding.None(
            from project in Checkout.Projects
            where project.IsIn("schemas")
            from reference in project.Xml.Descendants()
            where reference.Name.LocalName is "PackageReference" or "FrameworkReference"
            select Finding.At(project, reference, "the rules depend on a package", "Keep schemas/ pure; put what needs the package into lake/ or a program."));

    private static string FolderOf(SourceFile project, string reference)
    {
        var path = Path.GetFullPath(Path.Combine("/", project.Folder, reference.Replace('\\', '/')));
        return Path.GetDirectoryName(path)!.TrimStart('/');
    }
}
