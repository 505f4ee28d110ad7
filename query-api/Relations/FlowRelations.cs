using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;

namespace FlowLake.QueryApi.Relations;

/// <summary>All relations. SQL, OData, the documentation and the allow-list of table names derive from this list.</summary>
public static class FlowRelations
{
    /// <summary>The view over the files of the table flows: all rows, with their key. Not for users.</summary>
    internal const string FlowFiles = "flow_files";

    /// <summary>The view over the files of the table coverage. Not for users.</summary>
    internal const string CoverageFiles = "coverage_files";

    private static readonly ImmutableArray<RelationColumn> FlowRelationColumns =
    [
        .. FlowColumns.All.Select(RelationColumn.Of),
        new("bytes_to_server", RelationType.Int64, "bytes", "IP bytes from client to server: payload and everything around it."),
        new("bytes_to_client", RelationType.Int64, "bytes", "IP bytes from server to client."),
    ];

    public static readonly Relation Flows = OverFiles(
        "flows", "Flows", FlowFiles, FlowRelationColumns, "is_primary",
        "One row a window, observer and flow, each connection once: the rows with is_primary.");

    public static readonly Relation FlowRows = OverFiles(
        "flow_rows", entitySet: null, FlowFiles, FlowRelationColumns, "true",
        "All rows as both observers wrote them. A connection seen at both ends is in it twice: for sums use flows.");

    public static readonly Relation Coverage = OverFiles(
        "coverage", "Coverage", CoverageFiles, [.. CoverageColumns.All.Select(RelationColumn.Of)], "true",
        "What each agent observed in each window, and what it could not, with the reason.");

    /// <summary>Every relation, in the order it is shown.</summary>
    public static readonly ImmutableArray<Relation> All =
    [
        Flows, TrafficRelation.Traffic, HourlyRelations.ZoneTraffic, HourlyRelations.PairTraffic, Coverage, FlowRows,
    ];

    /// <summary>Finds a relation by its SQL name; as SQL does, in any case.</summary>
    public static Relation? Find(string name) => All.FirstOrDefault(relation => string.Equals(relation.Name, name, StringComparison.OrdinalIgnoreCase));

    // Columns are named one by one, so that a file of a newer FlowLake does not add one.
    private static Relation OverFiles(string name, string? entitySet, string files, ImmutableArray<RelationColumn> columns, string condition, string description)
    {
        var names = string.Join(", ", columns.Select(column => column.Name switch
        {
            "bytes_to_server" => "payload_to_server + header_bytes_to_server AS bytes_to_server",
            "bytes_to_client" => "payload_to_client + header_bytes_to_client AS bytes_to_client",
            _ => DuckSql.Identifier(column.Name),
        }));
        return new Relation(name, entitySet, description, columns)
        {
            Select = schema => $"SELECT {names} FROM {schema.View(files)} WHERE {condition}",
            KeyedSelect = schema => $"SELECT {Relation.KeyColumn}, {names} FROM {schema.View(files)} WHERE {condition}",
            HasScanOrder = true,
        };
    }
}
