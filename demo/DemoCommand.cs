using System.Globalization;
using System.Net;
using System.Net.Sockets;
using FlowLake.Demo.Machine;
using FlowLake.Demo.Processes;
using FlowLake.Demo.Questions;
using FlowLake.Demo.Scenario;
using FlowLake.Demo.Screen;
using FlowLake.Demo.Traffic;
using Spectre.Console;

namespace FlowLake.Demo;

/// <summary>The command <c>flowlake demo</c>.</summary>
public static class DemoCommand
{
    private const int Failed = 1;
    private const int WrongOptions = 2;

    /// <summary>Runs the scenario until its duration is over or a signal comes, proves what was stored, and removes everything it made.</summary>
    /// <param name="options">How it runs.</param>
    /// <param name="cancellationToken">Ends it in order, as the first Ctrl-C does. SIGINT, SIGTERM and SIGHUP are handled here.</param>
    /// <returns>0 where the proof holds; 1 where it does not, or something failed; 2 for options out of range; 130 where a second Ctrl-C skipped the proof.</returns>
    public static async Task<int> RunAsync(DemoOptions options, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(options);
        var screen = new DemoScreen(AnsiConsole.Console);
        string[] wrong = [.. Wrong(options)];
        foreach (string line in wrong)
            screen.Warn(line);
        if (wrong.Length > 0)
            return WrongOptions;

        using var only = await DemoLock.TryTakeAsync(options.Prefix, TimeProvider.System);
        if (only is null)
        {
            screen.Warn("A demo is running on this machine already: end it with Ctrl-C in its terminal, then start this one again.");
            return Failed;
        }

        using var stop = new DemoStop(cancellationToken);
        try
        {
            return await RunAsync(options, screen, stop);
        }
        catch (Exception failure) when (failure is ToolException or TimeoutException or IOException or UnauthorizedAccessException or DemoException)
        {
            screen.Warn(failure.Message);
            return Failed;
        }
    }

    private static async Task<int> RunAsync(DemoOptions options, DemoScreen screen, DemoStop stop)
    {
        var time = TimeProvider.System;
        var folder = new DemoFolder(Path.GetFullPath(options.Folder));
        var names = new MachineNames(options.Prefix, Mounts.FindCgroup2() ?? "");
        string? obstacle = options.Generated ? "asked not to" : await CaptureCheck.FindObstacleAsync(names.RunFolder);
        if (obstacle is not null)
            screen.Warn($"Traffic cannot be captured here ({obstacle}): the same follows from generated flow records.");

        await RemoveLeftoversAsync(LibC.IsRoot ? names : null, folder, screen, time);
        EnsurePortIsFree(options.Port);
        folder.Reset();

        var topology = DemoTopology.Default;
        var flowLake = options.FlowLakeCommand is [] ? FlowLakeCommand.OfThisProcess() : options.FlowLakeCommand;
        string lake = options.Lake ?? folder.Lake;
        using var pending = new PendingFiles(folder.Spool, lake, time);
        if (options.Lake is not null && !await pending.IsLakeEmptyAsync(stop.Soft))
            throw new DemoException($"The lake {lake} is not empty: the proof compares all of it with what the demo sent. Give another prefix.");

        var starts = new FlowLakeStarts(options, flowLake, folder, lake);
        using var generated = obstacle is null ? null : new GeneratedTraffic(topology, options, lake, folder, screen, time);
        ITrafficSource traffic = generated ?? (ITrafficSource)new CapturedTraffic(topology, options, starts, folder, names, screen, time);
        string lakeToType = options.Lake is null ? Path.GetRelativePath(Environment.CurrentDirectory, lake) : $"'{lake}'";
        var live = new LiveTraffic(options, lakeToType, starts.Address, flowLake, screen, time);
        return await new DemoRun(topology, pending, starts, traffic, live, new LakeQuestions(flowLake, lake), screen, time).RunAsync(stop);
    }

    /// <param name="names">Names on the machine; null where this user can have made nothing there.</param>
    private static async Task RemoveLeftoversAsync(MachineNames? names, DemoFolder folder, DemoScreen screen, TimeProvider time)
    {
        var found = new List<string>();
        if (new ProcessRecord(folder.Processes).Kill() is > 0 and var processes)
            found.Add($"{processes} processes");
        if (names is not null)
            found.AddRange(await Leftovers.RemoveAsync(names, time));
        if (found.Count > 0)
            screen.Step($"Removed what an earlier demo left: {string.Join(", ", found)}");
    }

    private static IEnumerable<string> Wrong(DemoOptions options)
    {
        if (options.Duration is { } duration && duration <= TimeSpan.Zero)
            yield return $"duration {duration}: more than zero";
        if (options.Port is < 1 or > IPEndPoint.MaxPort)
            yield return string.Create(CultureInfo.InvariantCulture, $"port {options.Port}: 1 to {IPEndPoint.MaxPort}");
        if (options.CallsPerSecond is not (> 0 and <= DemoOptions.CallsPerSecondMax))
            yield return string.Create(CultureInfo.InvariantCulture, $"calls per second {options.CallsPerSecond}: more than 0, up to {DemoOptions.CallsPerSecondMax}");
    }

    private static void EnsurePortIsFree(int port)
    {
        using var probe = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        try
        {
            probe.Bind(new IPEndPoint(IPAddress.Loopback, port));
        }
        catch (SocketException taken)
        {
            throw new DemoException($"Port {port} on 127.0.0.1 is not free ({taken.SocketErrorCode}): end what listens there, or choose another with --port.", taken);
        }
    }
}
