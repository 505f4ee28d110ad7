namespace FlowLake.Demo.Pod.Documents;

/// <summary>What a client pod is told: who and where it is, whom it calls and how often.</summary>
/// <remarks>What has a default has a setter, as in <see cref="ServerDocument"/>.</remarks>
public sealed record ClientDocument
{
    public required string Pod { get; init; }

    public required string Zone { get; init; }

    /// <summary>Server pods called straight; each call takes one at random.</summary>
    public required IReadOnlyList<CallTarget> Pods { get; init; }

    /// <summary>Service addresses (host and port), one of which every second call goes to; empty calls pods only. The pod behind it comes from the answer.</summary>
    public IReadOnlyList<string> Services { get; set; } = [];

    /// <summary>HTTP calls a second, 0 to 1,000. The default is 30.</summary>
    public double CallsPerSecond { get; set; } = 30;

    /// <summary>Server pods that get UDP datagrams; empty sends none.</summary>
    public IReadOnlyList<CallTarget> Datagrams { get; set; } = [];

    /// <summary>UDP exchanges a second with each of <see cref="Datagrams"/>, one to three datagrams each way. The default is 10.</summary>
    public double DatagramExchangesPerSecond { get; set; } = 10;

    /// <summary>The server that streams bulk data over one long-lived connection; null for none.</summary>
    public CallTarget? Stream { get; set; }

    /// <summary>Pace of the stream in bytes a second. The default is 2,000,000.</summary>
    public int StreamBytesPerSecond { get; set; } = 2_000_000;

    /// <summary>Start of the random choices. The default is 1.</summary>
    public int Seed { get; set; } = 1;

    /// <summary>Where the counts are written at a graceful stop.</summary>
    public required string CountsFile { get; init; }
}

/// <summary>A server pod and how to reach it.</summary>
/// <param name="Pod">Its name.</param>
/// <param name="EndPoint">Address and port, as <c>10.0.0.1:80</c> or <c>[fd00::1]:80</c>.</param>
public sealed record CallTarget(string Pod, string EndPoint);
