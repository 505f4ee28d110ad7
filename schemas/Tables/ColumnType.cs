namespace FlowLake.Schemas.Tables;

/// <summary>The types a column can have: the few that Parquet, Delta Lake, SQL and OData all mean the same by.</summary>
public enum ColumnType
{
    /// <summary>True or false.</summary>
    Boolean,

    /// <summary>A signed 32-bit number.</summary>
    Int32,

    /// <summary>A signed 64-bit number.</summary>
    Int64,

    /// <summary>UTF-8 text.</summary>
    String,

    /// <summary>A day of the UTC calendar.</summary>
    Date,

    /// <summary>An instant in microseconds, UTC.</summary>
    Timestamp,
}
