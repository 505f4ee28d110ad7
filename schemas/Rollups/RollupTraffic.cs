using System.Collections.Immutable;
using FlowLake.Schemas.Tables;
using Make = FlowLake.Schemas.Tables.ColumnsOf<FlowLake.Schemas.Flows.FlowRecord>;

namespace FlowLake.Schemas.Rollups;

/// <summary>Columns of a rollup that say what the two ends of a row sent each other in its hour, whichever of them called: what is asked for most, and is costly to add up from roles.</summary>
/// <remarks>They follow from the parts of one file and hold for it alone, so they are no sums: of an hour in several files the parts are added up instead.</remarks>
public static class RollupTraffic
{
    /// <summary>The first generation of a rollup's columns that has these. A file of it has one row at most of an hour and its dimensions.</summary>
    public const int Generation = 2;

    private const string OtherRow = " Null where the ends the other way round have a row too, whose to_server it is.";

    public static readonly Column BytesToServer = Make.Int64("traffic_bytes_to_server", "bytes", "IP bytes the client's end sent to the server's, as their client or as their server.", flow => flow.PayloadToServer + flow.HeaderBytesToServer);

    public static readonly Column PayloadToServer = Make.Int64("traffic_payload_to_server", "bytes", "Application bytes of these.", flow => flow.PayloadToServer);

    public static readonly Column PacketsToServer = Make.Int64("traffic_packets_to_server", "packets", "Packets of these.", flow => flow.PacketsToServer);

    public static readonly Column BytesToClient = Make.Int64("traffic_bytes_to_client", "bytes", "IP bytes the server's end sent to the client's." + OtherRow, flow => flow.PayloadToClient + flow.HeaderBytesToClient);

    public static readonly Column PayloadToClient = Make.Int64("traffic_payload_to_client", "bytes", "Application bytes of these." + OtherRow, flow => flow.PayloadToClient);

    public static readonly Column PacketsToClient = Make.Int64("traffic_packets_to_client", "packets", "Packets of these." + OtherRow, flow => flow.PacketsToClient);

    public static readonly ImmutableArray<Column> All = [BytesToServer, PayloadToServer, PacketsToServer, BytesToClient, PayloadToClient, PacketsToClient];
}
