using System.Diagnostics;

namespace FlowLake.Demo.Machine;

/// <summary>Runs the machine's own commands (ip, nft, mount) to their end.</summary>
internal static class Tool
{
    /// <summary>Runs a command.</summary>
    /// <param name="program">Its name.</param>
    /// <param name="arguments">Its arguments, each as it is.</param>
    /// <param name="input">What it reads; empty closes its input at once.</param>
    /// <exception cref="ToolException">It is not installed, or it failed; the message has its words.</exception>
    public static async Task<string> RunAsync(string program, IReadOnlyList<string> arguments, string input = "")
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        Process process;
        try
        {
            process = Process.Start(start)!;
        }
        catch (System.ComponentModel.Win32Exception missing)
        {
            throw new ToolException($"{program}: {missing.Message}; install it (Debian: apt-get install iproute2 nftables util-linux mount)", missing);
        }

        using (process)
        {
            var output = process.StandardOutput.ReadToEndAsync();
            var errors = process.StandardError.ReadToEndAsync();
            await process.StandardInput.WriteAsync(input);
            process.StandardInput.Close();
            await process.WaitForExitAsync();
            if (process.ExitCode != 0)
                throw new ToolException($"{program} {string.Join(' ', arguments)}: {(await errors).Trim()} (exit code {process.ExitCode})");
            return await output;
        }
    }
}

/// <summary>A command of the machine failed.</summary>
public sealed class ToolException : Exception
{
    public ToolException()
    {
    }

    public ToolException(string message)
        : base(message)
    {
    }

    public ToolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
