using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Hosting;

/// <summary>The relations as <c>GET /v1/tables</c> shows them.</summary>
internal sealed record TableList(IReadOnlyList<TableDocument> Tables)
{
    public static TableList Of(CatalogLease lease) => new([.. FlowRelations.All.Select(relation => TableDocument.Of(relation, lease.RowsFrom(relation)))]);
}

/// <summary>One relation.</summary>
/// <param name="EntitySet">Its name under <c>/odata</c>, where it has one.</param>
/// <param name="RowsFrom">From when on its rows are on this machine and can be asked for; null where all are.</param>
internal sealed record TableDocument(string Name, string? EntitySet, string Description, DateTimeOffset? RowsFrom, IReadOnlyList<ColumnDocument> Columns)
{
    public static TableDocument Of(Relation relation, DateTimeOffset? rowsFrom) => new(
        relation.Name,
        relation.EntitySet,
        relation.Description,
        rowsFrom,
        [.. relation.Columns.Select(column => new ColumnDocument(column.Name, column.SqlType, column.Unit, column.Description))]);
}

/// <summary>One column.</summary>
internal sealed record ColumnDocument(string Name, string Type, string? Unit, string Description);
