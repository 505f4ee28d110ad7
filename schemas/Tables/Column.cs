namespace FlowLake.Schemas.Tables;

/// <summary>One column of a table, as its writer, its log, SQL, OData and the documentation all know it.</summary>
/// <param name="Name">The name in Parquet, SQL and OData: lower case words joined by underscores.</param>
/// <param name="Type">The type of its values; every column may be null.</param>
/// <param name="Unit">What one of it is ("bytes", "packets", "microseconds"), or null where the value has no unit.</param>
/// <param name="Description">What it means, in one sentence.</param>
public abstract record Column(string Name, ColumnType Type, string? Unit, string Description);

/// <summary>A column that knows how to read its value from a record.</summary>
/// <typeparam name="TRecord">The record one row is made from.</typeparam>
/// <typeparam name="TValue">The value's .NET type, which goes with <see cref="Column.Type"/>.</typeparam>
/// <param name="Name">See <see cref="Column"/>.</param>
/// <param name="Type">See <see cref="Column"/>.</param>
/// <param name="Unit">See <see cref="Column"/>.</param>
/// <param name="Description">See <see cref="Column"/>.</param>
/// <param name="Read">Reads the value of one record.</param>
public sealed record Column<TRecord, TValue>(string Name, ColumnType Type, string? Unit, string Description, Func<TRecord, TValue> Read)
    : Column(Name, Type, Unit, Description);

/// <summary>Makes the columns of one record type.</summary>
/// <typeparam name="TRecord">The record one row is made from.</typeparam>
public static class ColumnsOf<TRecord>
{
    public static Column<TRecord, bool?> Boolean(string name, string description, Func<TRecord, bool?> read) =>
        new(name, ColumnType.Boolean, null, description, read);

    public static Column<TRecord, int?> Int32(string name, string? unit, string description, Func<TRecord, int?> read) =>
        new(name, ColumnType.Int32, unit, description, read);

    public static Column<TRecord, long?> Int64(string name, string? unit, string description, Func<TRecord, long?> read) =>
        new(name, ColumnType.Int64, unit, description, read);

    public static Column<TRecord, string?> String(string name, string description, Func<TRecord, string?> read) =>
        new(name, ColumnType.String, null, description, read);

    public static Column<TRecord, DateOnly?> Date(string name, string description, Func<TRecord, DateOnly?> read) =>
        new(name, ColumnType.Date, null, description, read);

    public static Column<TRecord, DateTimeOffset?> Timestamp(string name, string description, Func<TRecord, DateTimeOffset?> read) =>
        new(name, ColumnType.Timestamp, null, description, read);
}
