using FlowLake.Schemas.Tables;

namespace FlowLake.Lake.Duck;

/// <summary>The engine's names of the types a table's columns have.</summary>
public static class DuckColumnType
{
    /// <summary>The type's name in SQL.</summary>
    public static string Name(ColumnType type) => type switch
    {
        ColumnType.Boolean => "BOOLEAN",
        ColumnType.Int32 => "INTEGER",
        ColumnType.Int64 => "BIGINT",
        ColumnType.String => "VARCHAR",
        ColumnType.Date => "DATE",
        ColumnType.Timestamp => "TIMESTAMP WITH TIME ZONE",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "a column type the engine has no type for: add it here"),
    };
}
