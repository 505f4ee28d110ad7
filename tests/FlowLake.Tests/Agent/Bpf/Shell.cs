using System.Diagnostics;

namespace FlowLake.Tests.Agent.Bpf;

internal static class Shell
{
    /// <summary>Runs a command to its end and returns what it printed; throws with its words where it fails.</summary>
    internal static string Run(string command)
    {
        using var process = Process.Start(new ProcessStartInfo("/bin/sh", ["-c", command]) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var errors = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"{command}: {errors.Result}{output}");
    }
}
