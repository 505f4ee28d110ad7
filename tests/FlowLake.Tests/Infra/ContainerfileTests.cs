using FlowLake.Tests.Tidy;
using Xunit;

namespace FlowLake.Tests.Infra;

/// <summary>Follows the steps of the Containerfile as far as they can be followed without a container engine.</summary>
public sealed class ContainerfileTests
{
    /// <summary>Instruction and its words, with continued lines joined.</summary>
    private static IReadOnlyList<string[]> Steps =>
    [
        .. Checkout.Named("Containerfile").Text.Replace("\\\n", " ", StringComparison.Ordinal).Split('\n')
            .Where(line => line.Length > 0 && line[0] != '#')
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)),
    ];

    private static IReadOnlyList<string> Ignored => [.. Checkout.Named(".containerignore").Lines.Where(line => line.Length > 0 && line[0] != '#')];

    [Fact]
    public void What_is_copied_is_there()
    {
        var stages = Steps.Where(step => step is ["FROM", _, "AS", _]).Select(step => step[3]).ToArray();
        var copies = Steps.Where(step => step[0] == "COPY").ToArray();
        Assert.Equal(2, copies.Length);
        foreach (var copy in copies)
        {
            if (copy[1].StartsWith("--from=", StringComparison.Ordinal))
                Assert.Contains(copy[1]["--from=".Length..], stages);
            else
                Assert.True(Path.Exists(Path.Combine(Checkout.Root, copy[1])), copy[1]);
        }
    }

    [Fact]
    public void It_builds_by_make_and_takes_what_make_publishes()
    {
        var makefile = Checkout.Named("Makefile");
        Assert.Contains(Steps, step => step is ["RUN", "make", "build"]);
        // The publish of the target, and the folder it publishes to, seen from the working directory of the build.
        var publish = Assert.Single(makefile.Lines, line => line.Contains("dotnet publish cli", StringComparison.Ordinal)).Split(' ');
        var folder = publish[Array.IndexOf(publish, "-o") + 1];
        var source = Steps.Single(step => step[0] == "WORKDIR")[1];
        var copied = Steps.Single(step => step[0] == "COPY" && step[1] == "--from=build");
        Assert.Equal($"{source}/{folder}", copied[2]);
        Assert.Equal([$"[\"{copied[3]}/flowlake\"]"], Steps.Single(step => step[0] == "ENTRYPOINT")[1..]);
    }

    [Fact]
    public void Nothing_the_build_reads_is_left_out()
    {
        var makefile = Checkout.Named("Makefile");
        var folders = makefile.Lines.Single(line => line.StartsWith("program_folders :=", StringComparison.Ordinal)).Split(' ')[2..];
        Assert.All(folders, folder => Assert.DoesNotContain($"{folder}/", Ignored));
        Assert.All(["Makefile", "Directory.Build.props", "Directory.Packages.props", "global.json", ".editorconfig"], file => Assert.DoesNotContain(file, Ignored));
        var made = Checkout.Named(".gitignore").Lines.Where(line => line.EndsWith('/')).Select(line => line.TrimEnd('/'));
        Assert.All(made, folder => Assert.Contains(Ignored, line => line.TrimEnd('/').Split('/')[^1] == folder));
    }

    [Fact]
    public void It_runs_without_root_on_a_runtime_of_the_version_it_is_built_with()
    {
        var images = Steps.Where(step => step[0] == "FROM").Select(step => step[1].Split('/')[^1].Split(':')).ToArray();
        Assert.Equal(["sdk", "aspnet"], images.Select(image => image[0]));
        Assert.Single(images.Select(image => image[1]).Distinct());
        Assert.Contains($"net{images[0][1]}", Checkout.Named("Directory.Build.props").Text, StringComparison.Ordinal);
        Assert.True(int.Parse(Steps.Single(step => step[0] == "USER")[1], null) > 0);
        Assert.Contains(Steps, step => step[0] == "RUN" && step.Contains("libbpf1"));
    }
}
