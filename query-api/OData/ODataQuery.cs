using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.OData;

/// <summary>A request for rows, translated: the parts of a SELECT and their parameters.</summary>
internal sealed record ODataQuery
{
    /// <summary>The rows that match, before they are ordered and cut.</summary>
    public required ODataRows Rows { get; init; }

    /// <summary>Names of the properties in the answer, the key among them when asked for.</summary>
    public required ImmutableArray<string> Properties { get; init; }

    /// <summary>True where the answer's properties are not those of the entity set, so that the context names them.</summary>
    public required bool Selected { get; init; }

    /// <summary>The order's terms; empty where none is asked for.</summary>
    public ImmutableArray<string> OrderBy { get; init; } = [];

    /// <summary>Values of the statement's parameters, those of the rows first.</summary>
    public required IReadOnlyList<object?> Parameters { get; init; }

    /// <summary>How many of them the rows have without their order.</summary>
    public required int RowsParameters { get; init; }

    public long? Top { get; init; }

    public long Skip { get; init; }

    /// <summary>Whether the number of all matching rows is asked for too.</summary>
    public bool Count { get; init; }

    /// <summary>The SELECT of the number of matching rows; it has the rows' parameters only.</summary>
    public string CountSql(SnapshotLease lease) => $"{With(lease)} SELECT count(*) FROM {Rows.From}";

    /// <summary>The SELECT of some of the rows. Rows that are equal by the order asked for are ordered by key, so that pages neither repeat nor leave out a row.</summary>
    public string RowsSql(SnapshotLease lease, long offset, long limit)
    {
        var terms = OrderBy.AddRange(Rows.Key.Select(DuckSql.Identifier));
        var order = (OrderBy.IsEmpty && Rows.HasScanOrder) || terms.IsEmpty ? "" : $" ORDER BY {string.Join(", ", terms)}";
        return $"{With(lease)} SELECT {DuckSql.Identifiers(Properties)} FROM {Rows.From}{order} LIMIT {limit} OFFSET {offset}";
    }

    private string With(SnapshotLease lease) => $"WITH {ODataRows.Source} AS NOT MATERIALIZED {lease.KeyedRows(Rows.Relation, Rows.Bounds)}";
}
