using System.Diagnostics;
using System.Text.Json;
using Amazon.CDK.Assertions;
using FlowLake.Infra;
using Xunit;

namespace FlowLake.Tests.Infra;

/// <summary>
/// The deployment, synthesised once by the real program in a process of its own, as `make synth` and the CDK run it: on a packaged function that is
/// nothing but a program's header, and among credentials that must not get into what it writes.
/// </summary>
public sealed class SynthesisedStack : IDisposable
{
    /// <summary>What the environment of the synthesis holds and its output must not.</summary>
    public static readonly string[] Secrets = ["210987654321", "AKIDFORATEST", "a-secret-for-a-test"];

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("flowlake-synth-");
    private readonly Lazy<Template> template;

    public SynthesisedStack()
    {
        Interpreter.AcceptDistributionVersions();
        var asset = Directory.CreateDirectory(Path.Combine(folder.FullName, IngestAsset.DefaultFolder));
        ElfHeader.Write(Path.Combine(asset.FullName, IngestAsset.Program), ElfHeader.X64);
        var (exitCode, said) = Run(folder.FullName);
        Assert.True(exitCode == 0, said);
        Files = Directory.GetFiles(Path.Combine(folder.FullName, "cdk.out"), "*.json");
        Text = File.ReadAllText(Files.Single(file => file.EndsWith(".template.json", StringComparison.Ordinal)));
        Json = JsonDocument.Parse(Text).RootElement;
        template = new Lazy<Template>(() => Template.FromString(Text));
    }

    /// <summary>Every document the synthesis wrote.</summary>
    public string[] Files { get; }

    /// <summary>The CloudFormation template as it was written.</summary>
    public string Text { get; }

    public JsonElement Json { get; }

    public Template Template => template.Value;

    /// <summary>Runs the program in a folder, as `dotnet infra.dll` with its output folder below.</summary>
    public static (int ExitCode, string Said) Run(string folder)
    {
        // Its own folder: beside the tests it would lack what they take from the web framework.
        var configuration = new DirectoryInfo(AppContext.BaseDirectory).Name;
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "../../FlowLake.Infra", configuration, "infra.dll"));
        var start = new ProcessStartInfo("dotnet", [program])
        {
            WorkingDirectory = folder,
            RedirectStandardError = true,
            RedirectStandardOutput = true,
            Environment =
            {
                ["CDK_OUTDIR"] = "cdk.out",
                ["CDK_DEFAULT_ACCOUNT"] = Secrets[0],
                ["AWS_ACCESS_KEY_ID"] = Secrets[1],
                ["AWS_SECRET_ACCESS_KEY"] = Secrets[2],
            },
        };
        using var synthesis = Process.Start(start)!;
        var output = synthesis.StandardOutput.ReadToEndAsync();
        var said = synthesis.StandardError.ReadToEnd();
        synthesis.WaitForExit();
        return (synthesis.ExitCode, said + output.Result);
    }

    /// <summary>Everything that any policy of the stack allows.</summary>
    internal IReadOnlyList<Grant> Grants => Grant.AllOf(Json);

    /// <summary>All resources of a type.</summary>
    public IEnumerable<JsonElement> Resources(string type) =>
        Json.GetProperty("Resources").EnumerateObject().Select(resource => resource.Value).Where(resource => resource.GetProperty("Type").GetString() == type);

    /// <summary>Asserts that a resource of the type has these properties, among others.</summary>
    /// <param name="type">The CloudFormation type.</param>
    /// <param name="properties">The properties as JSON.</param>
    public void Has(string type, string properties) =>
        Template.HasResourceProperties(type, Plain(JsonDocument.Parse(properties).RootElement)!);

    public void Dispose() => folder.Delete(recursive: true);

    private static object? Plain(JsonElement element) => element.ValueKind switch
    {
        JsonValueKind.Object => element.EnumerateObject().ToDictionary(property => property.Name, property => Plain(property.Value)!),
        JsonValueKind.Array => element.EnumerateArray().Select(Plain).ToArray(),
        JsonValueKind.String => element.GetString(),
        JsonValueKind.Number => element.GetDouble(),
        JsonValueKind.True => true,
        JsonValueKind.False => false,
        _ => null,
    };
}
