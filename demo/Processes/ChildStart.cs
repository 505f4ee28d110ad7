namespace FlowLake.Demo.Processes;

/// <summary>How a child process is started.</summary>
public sealed record ChildStart
{
    /// <summary>What it is called on the terminal and in the name of its log.</summary>
    public required string Name { get; init; }

    /// <summary>The command and its arguments, at least the command.</summary>
    public required IReadOnlyList<string> Command { get; init; }

    /// <summary>Folder of the cgroup it enters before it runs; null for none.</summary>
    public string? Cgroup { get; init; }

    /// <summary>File of the network namespace it enters; null for the host's.</summary>
    public string? NetworkNamespace { get; init; }

    /// <summary>File its output is added to.</summary>
    public required string LogPath { get; init; }

    /// <summary>Times it is started again after it died by itself. The default is 5, then the demo ends.</summary>
    public int RestartsMax { get; init; } = 5;

    /// <summary>The program and arguments that do all of this, so that no process is ever seen in the wrong place.</summary>
    /// <remarks>
    /// The shell enters the cgroup and becomes the command: sockets belong to the cgroup their maker is in. nsenter changes the network alone;
    /// <c>ip netns exec</c> would bring a private copy of all mounts, which holds the bpffs. setsid keeps the terminal's Ctrl-C to the demo, which stops its children in order.
    /// </remarks>
    public (string Program, IReadOnlyList<string> Arguments) ToProcess()
    {
        const string script = """
            log=$1 cgroup=$2; shift 2
            exec >>"$log" 2>&1 </dev/null
            [ -z "$cgroup" ] || echo $$ >"$cgroup/cgroup.procs" || exit 1
            exec setsid "$@"
            """;
        string[] enter = NetworkNamespace is null ? [] : ["nsenter", $"--net={NetworkNamespace}"];
        return ("sh", ["-c", script, "sh", LogPath, Cgroup ?? "", .. enter, .. Command]);
    }
}
