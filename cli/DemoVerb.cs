using System.CommandLine;
using FlowLake.Demo;

namespace FlowLake.Cli;

/// <summary><c>flowlake demo</c>: three zones on this machine, real traffic, an answer, a proof.</summary>
internal static class DemoVerb
{
    public static Command Create()
    {
        var defaults = new DemoOptions();
        var duration = CommonOptions.Duration("--duration", "How long traffic runs before the demo ends by itself and proves. Default: until Ctrl-C.");
        var folder = new Option<string>("--folder") { Description = "Where the lake, the spools and the logs are.", HelpName = "DIR", DefaultValueFactory = _ => defaults.Folder };
        var lake = new Option<string?>("--lake") { Description = "Another lake than the folder's, s3://bucket/prefix?... for example; it must be empty.", HelpName = "DIR|s3://..." };
        var port = new Option<int>("--port") { Description = "Port of the query API on 127.0.0.1.", HelpName = "PORT", DefaultValueFactory = _ => defaults.Port };
        var rate = new Option<double>("--calls-per-second") { Description = "HTTP calls a second over all clients.", HelpName = "N", DefaultValueFactory = _ => defaults.CallsPerSecond };
        var window = CommonOptions.Duration("--window", "Length of the agents' windows. Default: 10s.");
        var generated = new Option<bool>("--generated") { Description = "Generate flow records instead of capturing traffic, as is done without root or BPF." };
        var prefix = new Option<string>("--prefix") { Description = "What everything the demo makes on the machine is called.", HelpName = "NAME", DefaultValueFactory = _ => defaults.Prefix };
        var command = new Command("demo", "Runs three zones on this machine: real traffic, real eBPF, an answer, and at the end a proof.")
        {
            duration, folder, lake, port, rate, window, generated, prefix,
        };
        command.SetAction((parsed, cancellationToken) => DemoCommand.RunAsync(
            defaults with
            {
                Duration = parsed.GetValue(duration),
                Folder = parsed.GetValue(folder)!,
                Lake = parsed.GetValue(lake),
                Port = parsed.GetValue(port),
                CallsPerSecond = parsed.GetValue(rate),
                Window = parsed.GetValue(window) ?? defaults.Window,
                Generated = parsed.GetValue(generated),
                Prefix = parsed.GetValue(prefix)!,
            },
            cancellationToken));
        return command;
    }
}
