using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Schemas.Flows;

namespace FlowLake.Tests.Agent.Windows;

/// <summary>What the kernels of a cluster count in one situation, and what the lake has to say of it.</summary>
/// <param name="Name">The situation.</param>
/// <param name="Connections">What is connected, each with bytes of its own number.</param>
internal sealed record PrimaryCase(string Name, params Connection[] Connections)
{
    /// <summary>The rows of <c>flows</c>, and of <c>gap_flows</c> with "gap: " before them, by both ends and the server's port.</summary>
    public required string[] Named { get; init; }

    /// <summary>Nodes whose agent does not ship the window, though the others take it to be there.</summary>
    public string[] Dead { get; init; } = [];

    /// <summary>What each directory is told of the agents' pods besides.</summary>
    public Action<PodDirectory>? Agents { get; init; }

    /// <summary>Bytes coverage says are a Service's some of whose endpoints are observed.</summary>
    public long Mixed { get; init; }

    /// <summary>Words of the documented limit by which bytes are there twice or not at all.</summary>
    public string? Limit { get; init; }
}

/// <summary>A connection, as sockets at its ends are seen.</summary>
internal sealed record Connection(params Sight[] Sights)
{
    /// <summary>How often its bytes are in <c>flows</c> and <c>gap_flows</c> together. Anything but once needs a limit that says so.</summary>
    public int Counted { get; init; } = 1;

    /// <summary>Bytes of the connection with that number, so unlike the others' that a sum tells how often each is in it.</summary>
    public static long Bytes(int number) => (Out(number) * 2) + (In(number) * 2);

    /// <summary>Bytes the client sends, of payload and of headers each.</summary>
    public static long Out(int number) => (long)Math.Pow(100, number);

    public static long In(int number) => 3 * Out(number);
}

/// <summary>A key under which one node's kernel counts a socket.</summary>
/// <param name="Node">The node.</param>
/// <param name="Role">Which end the socket is.</param>
/// <param name="Local">Its address.</param>
/// <param name="Remote">The address at the other end, as the socket has it.</param>
/// <param name="Port">The server's port, as the socket has it.</param>
internal sealed record Sight(string Node, FlowRole Role, string Local, string Remote, ushort Port)
{
    public byte Protocol { get; init; } = FlowProtocol.Tcp;

    /// <summary>The socket's cgroup; the default is one that says nothing, so that the address does.</summary>
    public ulong Cgroup { get; init; } = 1;

    /// <summary>Whether what the socket sends is counted under this key, and what it receives.</summary>
    public (bool Sends, bool Receives) Halves { get; init; } = (true, true);

    public FlowEntry Entry(int connection)
    {
        var (sent, received) = Role == FlowRole.Client ? (Connection.Out(connection), Connection.In(connection)) : (Connection.In(connection), Connection.Out(connection));
        var counters = default(FlowCounters);
        if (Halves.Sends)
            (counters.PayloadOut, counters.HeaderOut) = (sent, sent);
        if (Halves.Receives)
            (counters.PayloadIn, counters.HeaderIn) = (received, received);
        return NamedFlows.Flow(Local, Remote, Role, Port, counters, Protocol, Cgroup);
    }
}
