namespace FlowLake.Demo;

/// <summary>How the demo calls <c>flowlake</c>, and how a person does.</summary>
internal static class FlowLakeCommand
{
    private static readonly string InRepository = Path.Combine("bin", "flowlake");

    /// <summary>The command this process runs, as program and first arguments.</summary>
    public static IReadOnlyList<string> OfThisProcess()
    {
        string program = Environment.ProcessPath ?? throw new DemoException("The path of this process is not known: give the flowlake command by an option.");
        return Path.GetFileNameWithoutExtension(program) == "dotnet" ? [program, Environment.GetCommandLineArgs()[0]] : [program];
    }

    /// <summary>The command as it is typed in this folder.</summary>
    public static string ToType(IReadOnlyList<string> command) =>
        File.Exists(InRepository) ? InRepository : string.Join(' ', command);
}
