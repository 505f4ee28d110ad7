using System.Diagnostics;

namespace FlowLake.Tests.Cli;

/// <summary>One run of the <c>flowlake</c> command, as a script calls it.</summary>
/// <param name="ExitCode">What it ended with.</param>
/// <param name="Output">What it wrote to standard output.</param>
/// <param name="Error">What it wrote to standard error.</param>
internal sealed record FlowLakeProgram(int ExitCode, string Output, string Error)
{
    public static async Task<FlowLakeProgram> RunAsync(string[] arguments, string input = "")
    {
        using var process = Process.Start(StartInfo(arguments))!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.StandardInput.WriteAsync(input);
        process.StandardInput.Close();
        await process.WaitForExitAsync();
        return new FlowLakeProgram(process.ExitCode, await output, await error);
    }

    /// <summary>How to start the command; its standard input, output and error are pipes of the caller's.</summary>
    public static ProcessStartInfo StartInfo(params string[] arguments)
    {
        var release = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
        var program = Path.GetFullPath(Path.Combine(AppContext.BaseDirectory, "..", "..", "FlowLake.Cli", release, "flowlake.dll"));
        var start = new ProcessStartInfo("dotnet", [program, .. arguments]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true };
        start.Environment.Remove("FLOWLAKE_LAKE");
        start.Environment.Remove("FLOWLAKE_KEYS");
        return start;
    }
}
