using System.Collections.Immutable;

namespace FlowLake.Lake.Duck;

/// <summary>A column of a result.</summary>
public sealed record DuckColumn(string Name, DuckType Type);

/// <summary>A named part of a STRUCT or UNION.</summary>
public sealed record DuckField(string Name, DuckType Type);

/// <summary>A type with what belongs to it.</summary>
public sealed class DuckType
{
    internal DuckType(DuckTypeId id) => (Id, Storage) = (id, id);

    public DuckTypeId Id { get; }

    /// <summary>How entries lie in memory; differs from <see cref="Id"/> for DECIMAL and ENUM.</summary>
    public DuckTypeId Storage { get; internal init; }

    /// <summary>A name given to the type, as JSON for a VARCHAR that holds JSON; otherwise null.</summary>
    public string? Alias { get; internal init; }

    /// <summary>Digits of a DECIMAL, 1 to 38.</summary>
    public int DecimalWidth { get; internal init; }

    /// <summary>Digits behind the point of a DECIMAL, 0 to its width.</summary>
    public int DecimalScale { get; internal init; }

    /// <summary>Entries of each value of an ARRAY.</summary>
    public int ArrayLength { get; internal init; }

    /// <summary>The names of an ENUM in their order.</summary>
    public ImmutableArray<string> EnumNames { get; internal init; } = [];

    /// <summary>Children: the element of LIST and ARRAY, key and value of MAP, the fields of STRUCT, the members of UNION.</summary>
    public ImmutableArray<DuckField> Fields { get; internal init; } = [];

    /// <summary>Whether its values can be written and read as objects here: all but GEOMETRY, VARIANT and what a later engine brings.</summary>
    public bool IsKnown => Id is > DuckTypeId.Invalid and <= DuckTypeId.TimeNanoseconds && Fields.All(child => child.Type.IsKnown);

    /// <summary>The type as SQL names it.</summary>
    public override string ToString() => Id switch
    {
        _ when Alias is not null => Alias,
        DuckTypeId.Boolean => "BOOLEAN",
        DuckTypeId.Decimal => $"DECIMAL({DecimalWidth},{DecimalScale})",
        DuckTypeId.List => $"{Fields[0].Type}[]",
        DuckTypeId.Array => $"{Fields[0].Type}[{ArrayLength}]",
        DuckTypeId.Map => $"MAP({Fields[0].Type}, {Fields[1].Type})",
        DuckTypeId.Struct => $"STRUCT({string.Join(", ", Fields.Select(field => $"{DuckSql.Identifier(field.Name)} {field.Type}"))})",
        DuckTypeId.Union => $"UNION({string.Join(", ", Fields.Select(field => $"{DuckSql.Identifier(field.Name)} {field.Type}"))})",
        DuckTypeId.Enum => $"ENUM({string.Join(", ", EnumNames.Select(DuckSql.Literal))})",
        DuckTypeId.TimestampSeconds => "TIMESTAMP_S",
        DuckTypeId.TimestampMilliseconds => "TIMESTAMP_MS",
        DuckTypeId.TimestampNanoseconds => "TIMESTAMP_NS",
        DuckTypeId.TimestampZoned => "TIMESTAMP WITH TIME ZONE",
        DuckTypeId.TimeZoned => "TIME WITH TIME ZONE",
        DuckTypeId.TimeNanoseconds => "TIME_NS",
        DuckTypeId.BigNumber => "BIGNUM",
        DuckTypeId.SqlNull => "\"NULL\"",
        _ => Id.ToString().ToUpperInvariant(),
    };
}
