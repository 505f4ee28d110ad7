using System.Diagnostics;
using System.Runtime.InteropServices;

namespace FlowLake.Tests;

/// <summary>Starts the tests' own executable in another role (see <see cref="Program"/>).</summary>
internal static class ChildProcess
{
    public const string Argument = "child";

    /// <summary>Its standard input, output and error are pipes of the caller's.</summary>
    public static Process Start(params string[] roleAndArguments) => Start(_ => { }, roleAndArguments);

    /// <summary>The same, with an environment of its own.</summary>
    public static Process Start(Action<IDictionary<string, string?>> environment, params string[] roleAndArguments)
    {
        var start = new ProcessStartInfo(Path.Combine(AppContext.BaseDirectory, "FlowLake.Tests"), [Argument, .. roleAndArguments])
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        // The executable looks for the runtime in well-known places only; ours may lie elsewhere.
        start.Environment["DOTNET_ROOT"] = Path.GetFullPath(Path.Combine(RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", ".."));
        environment(start.Environment);
        return Process.Start(start)!;
    }
}
