using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Flows;

namespace FlowLake.QueryApi.Relations;

/// <summary>The relation <c>traffic</c>: every flow as two rows, one a direction, with a source and a destination instead of a client and a server.</summary>
internal static class TrafficRelation
{
    private const string ToServer = "to_server";
    private const string ToClient = "to_client";

    private static readonly ImmutableArray<string> Shared =
        ["window_start", "window_seconds", "date", "zone", "region", "cluster", "node", "observer", "protocol", "server_port", "service_port"];

    // What an end is comes from the definition of the record, so that a new member of it appears here too.
    private static readonly ImmutableArray<RelationColumn> End =
    [
        .. FlowColumns.All.Where(column => column.Name.StartsWith("client_", StringComparison.Ordinal)).Select(RelationColumn.Of),
    ];

    private static readonly ImmutableArray<RelationColumn> Columns =
    [
        .. Shared.Select(name => RelationColumn.Of(FlowColumns.All.Single(column => column.Name == name))),
        new("direction", RelationType.String, null, "to_server: the client sends; to_client: the server answers."),
        .. End.Select(column => Renamed(column, "src", "sender")),
        .. End.Select(column => Renamed(column, "dst", "receiver")),
        new("cross_zone", RelationType.Boolean, null, "True where the zones differ; null where one is unknown."),
        new("bytes", RelationType.Int64, "bytes", "IP bytes, headers included."),
        new("payload", RelationType.Int64, "bytes", "Application bytes."),
        new("packets", RelationType.Int64, "packets", "Packets."),
    ];

    public static readonly Relation Traffic = new(
        "traffic",
        "Traffic",
        "One row a window, flow and direction: who sent how much to whom.",
        Columns)
    {
        Select = sources => Both(FlowRelations.Flows.Select(sources), key: false),
        KeyedSelect = Keyed,
        HasScanOrder = true,
    };

    // The order of scanning is all rows of one direction, then all of the other.
    private static string Keyed(RelationSources sources) => sources.After?.Part switch
    {
        null => Both(FlowRelations.Flows.KeyedSelect(sources), key: true),
        ToServer => $"{One(FlowRelations.Flows.KeyedSelect(sources), ToServer, "client", "server", key: true)} UNION ALL {One(FlowRelations.Flows.KeyedSelect(sources.FromTheStart), ToClient, "server", "client", key: true)}",
        _ => One(FlowRelations.Flows.KeyedSelect(sources), ToClient, "server", "client", key: true),
    };

    private static string Both(string flows, bool key) => $"{One(flows, ToServer, "client", "server", key)} UNION ALL {One(flows, ToClient, "server", "client", key)}";

    private static string One(string flows, string direction, string source, string destination, bool key)
    {
        IEnumerable<string> terms =
        [
            .. key ? [$"{Relation.KeyColumn} || '-{direction}' AS {Relation.KeyColumn}"] : Array.Empty<string>(),
            .. Shared.Select(DuckSql.Identifier),
            $"'{direction}' AS direction",
            .. End.Select(column => $"{Suffixed(source, column)} AS {Suffixed("src", column)}"),
            .. End.Select(column => $"{Suffixed(destination, column)} AS {Suffixed("dst", column)}"),
            "client_zone <> server_zone AS cross_zone",
            $"bytes_{direction} AS bytes",
            $"payload_{direction} AS payload",
            $"packets_{direction} AS packets",
        ];
        return $"SELECT {string.Join(", ", terms)} FROM ({flows})";
    }

    private static string Suffixed(string end, RelationColumn column) => end + column.Name["client".Length..];

    private static RelationColumn Renamed(RelationColumn column, string end, string word) =>
        column with { Name = Suffixed(end, column), Description = column.Description.Replace("client", word, StringComparison.Ordinal) };
}
