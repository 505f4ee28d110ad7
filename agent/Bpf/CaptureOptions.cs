namespace FlowLake.Agent.Bpf;

/// <summary>What to capture, and where the kernel half is kept.</summary>
public sealed record CaptureOptions
{
    /// <summary>Folder in the cgroup v2 file system whose sockets, and those of every folder below it, are counted.</summary>
    public required string CgroupRoot { get; init; }

    /// <summary>Name of the pins: one agent each. 1 to 64 letters, digits, <c>-</c> and <c>_</c>. A restarted agent finds its kernel half by it.</summary>
    public required string PinName { get; init; }

    /// <summary>Where the BPF file system is mounted. The default is /sys/fs/bpf.</summary>
    public string BpfFileSystem { get; init; } = "/sys/fs/bpf";

    /// <summary>Flows the kernel can hold between two drains.</summary>
    /// <value>64 to 1,048,576. The default is 16,384 (about 10 MB of kernel memory). Beyond it flows lose detail, never bytes.</value>
    public int FlowCapacity { get; init; } = 16_384;

    /// <summary>Count UDP and the other protocols that are not TCP, packet by packet. When off no program sees a packet. The default is on.</summary>
    public bool Udp { get; init; } = true;

    /// <summary>Follow DNS over UDP port 53: names asked for, response codes and latencies. Nothing without <see cref="Udp"/>. The default is on.</summary>
    public bool Dns { get; init; } = true;

    internal bool FollowsDns => Udp && Dns;

    /// <summary>How long counting goes on without an agent.</summary>
    /// <value>1 second to 1 day. The default is 10 minutes. Afterwards what passes is a loss, <see cref="CaptureLosses.StoppedBytes"/>.</value>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>The compiled kernel programs. The default is <c>bpf/flow.bpf.o</c> beside this assembly.</summary>
    public string ObjectPath { get; init; } = Path.Combine(AppContext.BaseDirectory, "bpf", "flow.bpf.o");

    internal void Validate()
    {
        var wrong = new List<string>();
        if (PinName.Length is < 1 or > 64 || !PinName.All(character => char.IsAsciiLetterOrDigit(character) || character is '-' or '_'))
            wrong.Add($"PinName \"{PinName}\" is not 1 to 64 letters, digits, '-' and '_'");
        if (FlowCapacity is < 64 or > 1_048_576)
            wrong.Add($"FlowCapacity {FlowCapacity} is not within 64 and 1048576");
        if (Silence < TimeSpan.FromSeconds(1) || Silence > TimeSpan.FromDays(1))
            wrong.Add($"Silence {Silence} is not within 1 second and 1 day");
        if (wrong.Count > 0)
            throw new ArgumentException($"capture options: {string.Join("; ", wrong)}");
    }
}
