using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>All relations. SQL, OData, the documentation and the allow-list of table names derive from this list.</summary>
public static class FlowRelations
{
    private static readonly ImmutableArray<RelationColumn> FlowRelationColumns =
    [
        .. FlowColumns.All.Select(RelationColumn.Of),
        new("bytes_to_server", RelationType.Int64, "bytes", "IP bytes from client to server: payload and everything around it."),
        new("bytes_to_client", RelationType.Int64, "bytes", "IP bytes from server to client."),
    ];

    public static readonly Relation Flows = OverFiles(
        "flows", "Flows", FlowColumns.Table, FlowRelationColumns, _ => "is_primary",
        "One row a window, observer and flow, each connection once: the rows with is_primary.");

    public static readonly Relation GapFlows = OverFiles(
        "gap_flows", "GapFlows", FlowColumns.Table, FlowRelationColumns, Uncovered,
        "What clients saw of connections whose server's node has no coverage for that window, so that flows has no row of them. Add them to flows, and say so.");

    public static readonly Relation FlowRows = OverFiles(
        "flow_rows", entitySet: null, FlowColumns.Table, FlowRelationColumns, _ => "true",
        "All rows as both observers wrote them. A connection seen at both ends is in it twice: for sums use flows.");

    public static readonly Relation Coverage = OverFiles(
        "coverage", "Coverage", CoverageColumns.Table, [.. CoverageColumns.All.Select(RelationColumn.Of)], _ => "true",
        "What each agent observed in each window, and what it could not, with the reason.");

    public static readonly Relation Dns = OverFiles(
        "dns", "Dns", DnsColumns.Table, [.. DnsColumns.Table.Columns.Select(RelationColumn.Of)], _ => "is_primary",
        "DNS queries over UDP by name, type, response code, client and server, with latencies; each query once: the rows with is_primary.");

    public static readonly Relation Drops = OverFiles(
        "drops", "Drops", DropColumns.Table, [.. DropColumns.Table.Columns.Select(RelationColumn.Of)], _ => "true",
        "Packets the nodes' kernels dropped, by the kernel's own reason, and by pod where the packet's socket is known.");

    /// <summary>Every relation, in the order it is shown.</summary>
    public static readonly ImmutableArray<Relation> All =
    [
        Flows, GapFlows, TrafficRelation.Traffic, HourlyRelations.ZoneTraffic, HourlyRelations.PairTraffic, Dns, Drops, Coverage, FlowRows,
    ];

    /// <summary>Finds a relation by its SQL name; as SQL does, in any case.</summary>
    public static Relation? Find(string name) => All.FirstOrDefault(relation => string.Equals(relation.Name, name, StringComparison.OrdinalIgnoreCase));

    /// <summary>The client's rows that do not count because an agent observed the server, while its node says nothing of that time.</summary>
    /// <remarks>
    /// Windows that overlap are enough: an agent's first and last are shorter, and one that takes over a dead one's counts has a longer. Where the
    /// server's node was observed for a part of the window only, the rest is in neither: better that than a part of it twice.
    /// </remarks>
    private static string Uncovered(RelationSources sources) => $"""
        NOT is_primary AND observer = 'client' AND server_node IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM {sources.AllFiles(CoverageColumns.Table)} AS covered
            WHERE covered.reason = '{CoverageReason.Observed}' AND covered.node = files.server_node AND covered.cluster IS NOT DISTINCT FROM files.cluster
                AND covered.window_start < {sources.SecondsAfter("files.window_start", "files.window_seconds")}
                AND {sources.SecondsAfter("covered.window_start", "covered.window_seconds")} > files.window_start)
        """;

    // Columns are named one by one, so that a file of a newer FlowLake does not add one.
    private static Relation OverFiles(string name, string? entitySet, TableDefinition table, ImmutableArray<RelationColumn> columns, Func<RelationSources, string> condition, string description)
    {
        var names = string.Join(", ", columns.Select(column => column.Name switch
        {
            "bytes_to_server" => "payload_to_server + header_bytes_to_server AS bytes_to_server",
            "bytes_to_client" => "payload_to_client + header_bytes_to_client AS bytes_to_client",
            _ => DuckSql.Identifier(column.Name),
        }));
        return new Relation(name, entitySet, description, columns)
        {
            Select = sources => $"SELECT {names} FROM {sources.Files(table)} AS files WHERE {condition(sources)}",
            KeyedSelect = sources => $"SELECT {Relation.KeyColumn}, {names} FROM {sources.Files(table)} AS files WHERE {condition(sources)}",
            HasScanOrder = name != "gap_flows",
        };
    }
}
