using FlowLake.Demo.Machine;

namespace FlowLake.Demo;

/// <summary>How the demo runs.</summary>
public sealed record DemoOptions
{
    public const double CallsPerSecondMax = 2_000;

    /// <summary>How long traffic runs before the demo ends by itself and proves; null until Ctrl-C. The default is null.</summary>
    public TimeSpan? Duration { get; init; }

    /// <summary>Where the lake, the spools and the logs are. The default is .flowlake/demo in the current folder.</summary>
    public string Folder { get; init; } = Path.Combine(".flowlake", "demo");

    /// <summary>Another lake than the folder's, as <c>s3://bucket/prefix</c>; it must be empty. Null (the default) for the folder's, which is emptied.</summary>
    public string? Lake { get; init; }

    /// <summary>The <c>flowlake</c> command as program and first arguments; empty for the command this process runs. The default is empty.</summary>
    public IReadOnlyList<string> FlowLakeCommand { get; init; } = [];

    /// <summary>The pods' program as program and first arguments; empty for the one beside this library. The default is empty.</summary>
    public IReadOnlyList<string> PodCommand { get; init; } = [];

    /// <summary>Port of the query API on loopback, 1 to 65,535. The default is 8080.</summary>
    public int Port { get; init; } = 8080;

    /// <summary>HTTP calls a second over all clients, more than 0 up to <see cref="CallsPerSecondMax"/>. The default is 300.</summary>
    public double CallsPerSecond { get; init; } = 300;

    /// <summary>Length of the agents' windows. The default is 10 seconds.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Generates flow records instead of capturing traffic, as without root or BPF. The default is false: capture where it is possible.</summary>
    public bool Generated { get; init; }

    /// <summary>What everything the demo makes on the machine is called. Two demos of one prefix do not run at once.</summary>
    public string Prefix { get; init; } = MachineNames.DefaultPrefix;
}
