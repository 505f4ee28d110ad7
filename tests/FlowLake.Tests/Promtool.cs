using System.ComponentModel;
using System.Diagnostics;
using Xunit;

namespace FlowLake.Tests;

/// <summary>Prometheus' own judgement of a page of metrics.</summary>
internal static class Promtool
{
    /// <summary>Fails when it finds a fault, or a name or help text it would not have.</summary>
    public static async Task AcceptsAsync(string metrics)
    {
        Process promtool;
        try
        {
            promtool = Process.Start(new ProcessStartInfo("promtool", ["check", "metrics"]) { RedirectStandardInput = true, RedirectStandardOutput = true, RedirectStandardError = true })!;
        }
        catch (Win32Exception exception)
        {
            throw new InvalidOperationException("promtool is missing; install it with: eng/install-packages.sh test", exception);
        }

        using (promtool)
        {
            var said = Task.WhenAll(promtool.StandardOutput.ReadToEndAsync(), promtool.StandardError.ReadToEndAsync());
            await promtool.StandardInput.WriteAsync(metrics);
            promtool.StandardInput.Close();
            var words = string.Concat(await said);
            await promtool.WaitForExitAsync();
            Assert.True(promtool.ExitCode == 0 && words.Length == 0, $"promtool: {words}\n{metrics}");
        }
    }
}
