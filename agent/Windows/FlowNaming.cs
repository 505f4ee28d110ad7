using FlowLake.Agent.Bpf;
using FlowLake.Agent.Directory;
using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Windows;

/// <summary>Turns what the kernel counted, seen from the local end, into a row with client and server.</summary>
internal sealed class FlowNaming(EndNaming ends, ObserverPlace place, FlowWindow window)
{
    /// <summary>The row of one flow.</summary>
    /// <param name="entry">The flow's key and counters.</param>
    /// <param name="serverEnd">Whether an agent observes the server's end.</param>
    public FlowRecord Name(in FlowEntry entry, out EndObservation serverEnd)
    {
        var key = entry.Key;
        var local = ends.Local(key.Cgroup, EndNaming.KeyOf(key.Local));
        var remote = ends.Remote(EndNaming.KeyOf(key.Remote));
        var isServer = key.Role == FlowRole.Server;
        var (client, server) = isServer ? (remote, local) : (local, remote);
        serverEnd = ends.ObservationOf(server);
        var (named, port, servicePort) = key.IsFolded ? (server.End, null, null) : Serve(server, key.ServerPort, key.Protocol);
        var observer = isServer ? FlowObserver.Server : FlowObserver.Client;
        var counted = entry.Counters;
        return new FlowRecord
        {
            WindowStart = window.Start,
            WindowSeconds = window.Seconds,
            Zone = place.Zone,
            Region = place.Region,
            Cluster = place.Cluster,
            Node = place.Node,
            Observer = observer,
            IsPrimary = PrimaryRule.IsPrimary(observer, serverEnd),
            Protocol = FlowProtocol.Name(key.Protocol),
            ServerPort = port,
            ServicePort = servicePort,
            Client = client.End with { Service = ends.ServiceOf(client) },
            Server = named,
            PayloadToServer = isServer ? counted.PayloadIn : counted.PayloadOut,
            PayloadToClient = isServer ? counted.PayloadOut : counted.PayloadIn,
            HeaderBytesToServer = isServer ? counted.HeaderIn : counted.HeaderOut,
            HeaderBytesToClient = isServer ? counted.HeaderOut : counted.HeaderIn,
            PacketsToServer = isServer ? counted.PacketsIn : counted.PacketsOut,
            PacketsToClient = isServer ? counted.PacketsOut : counted.PacketsIn,
            ConnectionsOpened = counted.ConnectionsOpened,
            ConnectionsClosed = counted.ConnectionsClosed,
            ConnectionsFailed = counted.ConnectionsFailed,
            Retransmits = counted.Retransmits,
            SegmentsLost = counted.SegmentsLost,
            RtoCount = counted.RtoCount,
            RtoTimeUs = counted.RtoTimeMicroseconds,
            ResetsSent = counted.ResetsSent,
            ResetsReceived = counted.ResetsReceived,
            Drops = counted.Drops,
            SrttUsSum = SignificantBits.Nearest(counted.SrttMicrosecondsSum),
            SrttCount = counted.SrttCount,
            SrttUsMin = counted.SrttCount == 0 ? null : SignificantBits.Down(counted.SrttMicrosecondsMin),
            SrttUsMax = counted.SrttCount == 0 ? null : SignificantBits.Up(counted.SrttMicrosecondsMax),
            Estimated = key.Protocol == FlowProtocol.Tcp,
        };
    }

    // The client of a Service knows the Service's port, its server the endpoint's. Both rows get both, so that they meet.
    private (FlowEnd End, int? Port, int? ServicePort) Serve(NamedEnd server, int port, byte protocol)
    {
        if (server.Holder is ServiceEntry self)
        {
            var known = self.PortOf(port, protocol);
            return (server.End, known?.TargetPort ?? port, port);
        }

        var (service, match) = ends.ServiceTo(server, port, protocol);
        return (server.End with { Service = service?.Name ?? ends.ServiceOf(server) }, port, match?.Port);
    }
}
