using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Hosting;

/// <summary>The relations as <c>GET /v1/tables</c> shows them.</summary>
internal sealed record TableList(IReadOnlyList<TableDocument> Tables)
{
    public static TableList Default { get; } = new([.. FlowRelations.All.Select(TableDocument.Of)]);
}

/// <summary>One relation.</summary>
/// <param name="EntitySet">Its name under <c>/odata</c>, where it has one.</param>
internal sealed record TableDocument(string Name, string? EntitySet, string Description, IReadOnlyList<ColumnDocument> Columns)
{
    public static TableDocument Of(Relation relation) => new(
        relation.Name,
        relation.EntitySet,
        relation.Description,
        [.. relation.Columns.Select(column => new ColumnDocument(column.Name, column.SqlType, column.Unit, column.Description))]);
}

/// <summary>One column.</summary>
internal sealed record ColumnDocument(string Name, string Type, string? Unit, string Description);
