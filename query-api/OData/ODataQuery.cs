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
    public ImmutableArray<ODataOrderTerm> OrderBy { get; init; } = [];

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

    /// <summary>The order's terms, and behind them those that tell rows apart which are equal by it, so that pages neither repeat nor leave out a row.</summary>
    private ImmutableArray<ODataOrderTerm> Order => OrderBy.AddRange(Rows.Key.Select(name => new ODataOrderTerm(DuckSql.Identifier(name), Descending: false)));

    private bool IsScan => OrderBy.IsEmpty && Rows.HasScanOrder;

    /// <summary>The SELECT of some of the rows, and its parameters. Behind the properties each row has, term by term of the order, its type and its text.</summary>
    /// <param name="lease">The snapshot.</param>
    /// <param name="limit">Rows at most.</param>
    /// <param name="after">What the page before ended with; null for the first page, which passes over <see cref="Skip"/> rows.</param>
    public (string Sql, object?[] Parameters) RowsSql(SnapshotLease lease, long limit, ODataSkipToken? after = null)
    {
        var parameters = Parameters.ToList();
        var terms = string.Concat(Order.Select(term => $", typeof({term.Sql}), CAST({term.Sql} AS VARCHAR)"));
        // A scan begins anew at the row it ended with; every other order is looked for by its values.
        var from = With(lease, IsScan && after is not null ? ScanPosition.Parse(after.Last[0].Text!) : null);
        var where = IsScan || after is null ? "" : $" WHERE {ODataKeyset.After(Order, after.Last, parameters)}";
        var order = IsScan || Order.IsEmpty ? "" : $" ORDER BY {string.Join(", ", Order.Select(term => term.OrderBy))}";
        return ($"{from} SELECT {DuckSql.Identifiers(Properties)}{terms} FROM {Rows.From}{where}{order} LIMIT {limit} OFFSET {(after is null ? Skip : 0)}", [.. parameters]);
    }

    /// <summary>What a page that ended with a row of the result leaves to the next.</summary>
    public ImmutableArray<ODataKeyValue> Last(DuckResult result, int row) =>
        [.. Order.Select((_, index) => Properties.Length + (2 * index)).Select(column => new ODataKeyValue((string)result.GetValue(column, row)!, (string?)result.GetValue(column + 1, row)))];

    /// <summary>The key of a row of the result that is an entity: the last term's text.</summary>
    public string EntityKey(DuckResult result, int row) => (string)result.GetValue(Properties.Length + (2 * Order.Length) - 1, row)!;

    private string With(SnapshotLease lease, ScanPosition? after = null) => $"WITH {ODataRows.Source} AS NOT MATERIALIZED {lease.KeyedRows(Rows.Relation, Rows.Bounds, after)}";
}
