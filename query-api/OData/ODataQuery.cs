using System.Collections.Immutable;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.OData;

/// <summary>A request for rows, translated: the parts of a SELECT and their parameters.</summary>
internal sealed record ODataQuery
{
    public required Relation Relation { get; init; }

    /// <summary>Names of the properties in the answer, the key among them when asked for.</summary>
    public required ImmutableArray<string> Properties { get; init; }

    /// <summary>True where $select names them, so that the context does too.</summary>
    public required bool Selected { get; init; }

    /// <summary>The condition, or null for all rows.</summary>
    public string? Where { get; init; }

    /// <summary>The order's terms; empty where none is asked for.</summary>
    public ImmutableArray<string> OrderBy { get; init; } = [];

    /// <summary>Values of the statement's parameters, those of the condition first.</summary>
    public required IReadOnlyList<object?> Parameters { get; init; }

    /// <summary>How many of them the condition has.</summary>
    public required int WhereParameters { get; init; }

    public long? Top { get; init; }

    public long Skip { get; init; }

    /// <summary>Whether the number of all matching rows is asked for too.</summary>
    public bool Count { get; init; }

    /// <summary>The SELECT of the number of matching rows; it has the condition's parameters only.</summary>
    public string CountSql => $"SELECT count(*) FROM {Relation.KeyedView}{Condition}";

    private string Condition => Where is null ? "" : $" WHERE {Where}";

    /// <summary>The SELECT of some of the rows. Rows that are equal by the order asked for are ordered by key, so that pages neither repeat nor leave out a row.</summary>
    public string RowsSql(long offset, long limit)
    {
        var order = OrderBy.IsEmpty && Relation.HasScanOrder ? "" : $" ORDER BY {string.Join(", ", OrderBy.Append(Relation.KeyColumn))}";
        return $"SELECT {Lake.Duck.DuckSql.Identifiers(Properties)} FROM {Relation.KeyedView}{Condition}{order} LIMIT {limit} OFFSET {offset}";
    }
}
