using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>The types a column of a relation can have: those of a table's columns, and exact decimals.</summary>
public enum RelationType
{
    Boolean,
    Int32,
    Int64,
    String,
    Date,
    Timestamp,

    /// <summary>A decimal of <see cref="RelationColumn.DecimalPrecision"/> digits, <see cref="RelationColumn.DecimalScale"/> of them behind the point.</summary>
    Decimal,
}

/// <summary>One column of a relation, under the one name it has in SQL, OData and the documentation.</summary>
/// <param name="Name">Lower case words joined by underscores.</param>
/// <param name="Type">The type of its values; every column may be null.</param>
/// <param name="Unit">What one of it is, or null where the value has no unit.</param>
/// <param name="Description">What it means, in one sentence.</param>
public sealed record RelationColumn(string Name, RelationType Type, string? Unit, string Description)
{
    public const int DecimalPrecision = 18;
    public const int DecimalScale = 9;

    /// <summary>The type as SQL names it.</summary>
    public string SqlType => Type switch
    {
        RelationType.Boolean => "BOOLEAN",
        RelationType.Int32 => "INTEGER",
        RelationType.Int64 => "BIGINT",
        RelationType.String => "VARCHAR",
        RelationType.Date => "DATE",
        RelationType.Timestamp => "TIMESTAMP WITH TIME ZONE",
        RelationType.Decimal => $"DECIMAL({DecimalPrecision},{DecimalScale})",
        _ => throw new InvalidOperationException($"{Name}: a column type without a name in SQL"),
    };

    /// <summary>A table's column as a relation's.</summary>
    public static RelationColumn Of(Column column) => new(column.Name, TypeOf(column.Type), column.Unit, column.Description);

    private static RelationType TypeOf(ColumnType type) => type switch
    {
        ColumnType.Boolean => RelationType.Boolean,
        ColumnType.Int32 => RelationType.Int32,
        ColumnType.Int64 => RelationType.Int64,
        ColumnType.String => RelationType.String,
        ColumnType.Date => RelationType.Date,
        ColumnType.Timestamp => RelationType.Timestamp,
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "a column type without a relation's type"),
    };
}
