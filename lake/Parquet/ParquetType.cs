using FlowLake.Lake.Duck;

namespace FlowLake.Lake.Parquet;

/// <summary>The type to cast a column to before it is written as Parquet.</summary>
/// <remarks>
/// The engine writes a HUGEINT, as sum() of a BIGINT gives, as DOUBLE: 9007199254740993 becomes ...992, without a word. An INTERVAL loses its microseconds, a time its zone. Whole numbers
/// of 38 digits are a DECIMAL in Parquet, the rest is the engine's text.
/// </remarks>
public static class ParquetType
{
    /// <summary>The type's name in SQL; that of the given type where it is written as it is.</summary>
    public static string Name(DuckType type) => type.Id switch
    {
        _ when type.Alias is not null => type.ToString(),
        DuckTypeId.HugeInt or DuckTypeId.UHugeInt => "DECIMAL(38,0)",
        DuckTypeId.Interval or DuckTypeId.TimeZoned or DuckTypeId.Bit or DuckTypeId.BigNumber or DuckTypeId.Union => "VARCHAR",
        DuckTypeId.List => $"{Name(type.Fields[0].Type)}[]",
        DuckTypeId.Array => $"{Name(type.Fields[0].Type)}[{type.ArrayLength}]",
        DuckTypeId.Map => $"MAP({Name(type.Fields[0].Type)}, {Name(type.Fields[1].Type)})",
        DuckTypeId.Struct => $"STRUCT({string.Join(", ", type.Fields.Select(field => $"{DuckSql.Identifier(field.Name)} {Name(field.Type)}"))})",
        _ => type.ToString(),
    };

    /// <summary>The column as it stands in a SELECT that is written as Parquet.</summary>
    public static string Select(DuckColumn column)
    {
        var (name, type) = (DuckSql.Identifier(column.Name), Name(column.Type));
        return type == column.Type.ToString() ? name : $"CAST({name} AS {type}) AS {name}";
    }
}
