using System.Collections.Frozen;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using Xunit;

namespace FlowLake.Tests.Tidy;

/// <summary>Each package has one version, one reason and one folder that names it, so that replacing it changes one folder.</summary>
public sealed partial class PackageTests
{
    /// <summary>For each name of someone else's library, the only folders of the product that may say it.</summary>
    private static readonly FrozenDictionary<string, string[]> Homes = new Dictionary<string, string[]>
    {
        ["Amazon.CDK"] = ["infra"],
        ["Amazon.JSII"] = ["infra"],
        ["Amazon.Runtime"] = ["lake/Objects"],
        ["Amazon.S3"] = ["lake/Objects"],
        ["Amazon.SecurityToken"] = ["lake/Objects"],
        ["Constructs"] = ["infra"],
        ["Microsoft.AspNetCore"] = ["query-api", "cli"],
        ["Microsoft.OData"] = ["query-api/OData"],
        ["Microsoft.Spatial"] = ["query-api/OData"],
        ["Polly"] = ["agent/Spool"],
        ["YamlDotNet"] = ["agent/Directory/Kubernetes"],
        ["Spectre.Console"] = ["demo"],
        ["System.CommandLine"] = ["cli"],
    }.ToFrozenDictionary();

    /// <summary>For each package a program references, the name in <see cref="Homes"/> its types go by.</summary>
    private static readonly FrozenDictionary<string, string> Names = new Dictionary<string, string>
    {
        ["Amazon.CDK.Lib"] = "Amazon.CDK",
        ["AWSSDK.Core"] = "Amazon.Runtime",
        ["AWSSDK.S3"] = "Amazon.S3",
        ["AWSSDK.SecurityToken"] = "Amazon.SecurityToken",
        ["Constructs"] = "Constructs",
        ["Microsoft.OData.Core"] = "Microsoft.OData",
        ["Polly.Core"] = "Polly",
        ["YamlDotNet"] = "YamlDotNet",
        ["Spectre.Console"] = "Spectre.Console",
        ["System.CommandLine"] = "System.CommandLine",
    }.ToFrozenDictionary();

    private static IEnumerable<(SourceFile Project, XElement Element, string Package)> References =>
        from project in Checkout.Projects
        from element in project.Xml.Descendants("PackageReference")
        select (project, element, (string)element.Attribute("Include")!);

    private static IEnumerable<XElement> Versions => Checkout.Named("Directory.Packages.props").Xml.Descendants("PackageVersion");

    [Fact]
    public void A_library_is_named_in_its_folder_only() =>
        Finding.None(
            from home in Homes
            let name = new Regex($@"^(?!\s*//).*(?<![\w.""]){Regex.Escape(home.Key)}\b(?!\w)")
            from file in Checkout.Files
            where file.IsProductCode && !home.Value.Any(file.IsIn)
            from line in file.Lines.Select((text, index) => (Text: text, Number: index + 1))
            where name.IsMatch(line.Text)
            select new Finding(file.Path, line.Number, $"{home.Key} outside {string.Join(" and ", home.Value)}",
                "Put a type of ours in front of it there, and use that."));

    [Fact]
    public void The_engine_and_the_kernel_are_called_from_one_folder_each() =>
        Finding.None(
            from file in Checkout.Files
            where file.IsProductCode
            from line in file.Lines.Select((text, index) => (Text: text, Number: index + 1))
            let call = NativeCall().Match(line.Text)
            where call.Success
            let home = call.Groups[1].Value == "duckdb" ? "lake/Duck" : "agent/Bpf"
            where !file.IsIn(home)
            select new Finding(file.Path, line.Number, $"a native call outside {home}", "Add a member to the binding there, and call that."));

    [Fact]
    public void Every_package_of_a_program_has_its_folder() =>
        Finding.None(
            from reference in References
            where !reference.Project.IsIn("tests") && !Names.ContainsKey(reference.Package)
            select Finding.At(reference.Project, reference.Element, $"{reference.Package} has no folder",
                "Add it to the tables in PackageTests.cs: which name its types go by, and which one folder may say it."));

    [Fact]
    public void Versions_stand_in_one_file() =>
        Finding.None(
            from reference in References
            where reference.Element.Attributes().Any(attribute => attribute.Name.LocalName is "Version" or "VersionOverride")
            select Finding.At(reference.Project, reference.Element, $"{reference.Package} has a version here", "Move it to Directory.Packages.props."));

    [Fact]
    public void Versions_are_exact() =>
        Finding.None(
            from version in Versions
            where !ExactVersion().IsMatch((string)version.Attribute("Version")!)
            select Finding.At(Checkout.Named("Directory.Packages.props"), version, "a version that floats", "Name one version; lock files hold the rest."));

    [Fact]
    public void Architecture_says_why_each_package_is_here()
    {
        var explained = Checkout.Named("ARCHITECTURE.md").Lines
            .Where(line => line.StartsWith('|'))
            .SelectMany(line => Quoted().Matches(line.Split('|')[1]))
            .Select(match => match.Groups[1].Value)
            .ToHashSet();
        Finding.None(
            from version in Versions
            let package = (string)version.Attribute("Include")!
            where !explained.Contains(package)
            select Finding.At(Checkout.Named("Directory.Packages.props"), version, $"{package} is not explained",
                "Add a row to the table of packages in ARCHITECTURE.md: its name in backticks, what needs it, why this one."));
    }

    [Fact]
    public void Every_project_has_its_lock_file() =>
        Finding.None(
            from project in Checkout.Projects
            where Checkout.Files.All(file => file.Path != $"{project.Folder}/packages.lock.json")
            select new Finding(project.Path, 1, "no packages.lock.json", "Run: dotnet restore, and commit the file."));

    [GeneratedRegex(@"^\d+(\.\d+){1,3}(-[\w.]+)?$")]
    private static partial Regex ExactVersion();

    [GeneratedRegex("`([^`]+)`")]
    private static partial Regex Quoted();

    [GeneratedRegex(@"EntryPoint = ""(duckdb|bpf|libbpf|btf|ring_buffer)_")]
    private static partial Regex NativeCall();
}
