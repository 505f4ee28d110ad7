namespace FlowLake.Lake.Duck;

/// <summary>The engine's types (<c>duckdb_type</c>). Beside each, what one entry of a vector holds.</summary>
public enum DuckTypeId
{
    Invalid = 0,
    /// <summary><see cref="bool"/>, one byte.</summary>
    Boolean = 1,
    /// <summary><see cref="sbyte"/>.</summary>
    TinyInt = 2,
    /// <summary><see cref="short"/>.</summary>
    SmallInt = 3,
    /// <summary><see cref="int"/>.</summary>
    Integer = 4,
    /// <summary><see cref="long"/>.</summary>
    BigInt = 5,
    /// <summary><see cref="byte"/>.</summary>
    UTinyInt = 6,
    /// <summary><see cref="ushort"/>.</summary>
    USmallInt = 7,
    /// <summary><see cref="uint"/>.</summary>
    UInteger = 8,
    /// <summary><see cref="ulong"/>.</summary>
    UBigInt = 9,
    /// <summary><see cref="float"/>.</summary>
    Float = 10,
    /// <summary><see cref="double"/>.</summary>
    Double = 11,
    /// <summary><see cref="long"/>: microseconds since 1970-01-01, without a zone; <see cref="long.MaxValue"/> is infinity, its negative minus infinity.</summary>
    Timestamp = 12,
    /// <summary><see cref="int"/>: days since 1970-01-01; <see cref="int.MaxValue"/> is infinity, its negative minus infinity.</summary>
    Date = 13,
    /// <summary><see cref="long"/>: microseconds since midnight, 24:00:00 included.</summary>
    Time = 14,
    /// <summary><see cref="DuckInterval"/>.</summary>
    Interval = 15,
    /// <summary><see cref="Int128"/>.</summary>
    HugeInt = 16,
    /// <summary>UTF-8 bytes.</summary>
    VarChar = 17,
    /// <summary>Bytes.</summary>
    Blob = 18,
    /// <summary>The unscaled integer: <see cref="short"/> up to width 4, <see cref="int"/> up to 9, <see cref="long"/> up to 18, else <see cref="Int128"/>.</summary>
    Decimal = 19,
    /// <summary><see cref="long"/>: seconds since 1970-01-01.</summary>
    TimestampSeconds = 20,
    /// <summary><see cref="long"/>: milliseconds since 1970-01-01.</summary>
    TimestampMilliseconds = 21,
    /// <summary><see cref="long"/>: nanoseconds since 1970-01-01.</summary>
    TimestampNanoseconds = 22,
    /// <summary>Index into the type's names: <see cref="byte"/> up to 255 names, <see cref="ushort"/> up to 65,535, else <see cref="uint"/>.</summary>
    Enum = 23,
    /// <summary><see cref="DuckListEntry"/> into one child vector.</summary>
    List = 24,
    /// <summary>One child vector a field.</summary>
    Struct = 25,
    /// <summary>A list whose child is a struct of key and value.</summary>
    Map = 26,
    /// <summary><see cref="Int128"/>: the 128 bits, big end first, with the highest bit flipped.</summary>
    Uuid = 27,
    /// <summary>A struct whose first field is the member's number.</summary>
    Union = 28,
    /// <summary>Number of unused bits in front, then the bits.</summary>
    Bit = 29,
    /// <summary><see cref="ulong"/>: microseconds in the upper 40 bits, 57,599 less the offset in seconds in the lower 24.</summary>
    TimeZoned = 30,
    /// <summary><see cref="long"/>: microseconds since 1970-01-01 UTC; infinities as <see cref="Timestamp"/>.</summary>
    TimestampZoned = 31,
    /// <summary><see cref="UInt128"/>.</summary>
    UHugeInt = 32,
    /// <summary>A fixed number of entries of one child vector.</summary>
    Array = 33,
    Any = 34,
    /// <summary>An integer of any length: three bytes of length and sign, then its bytes, inverted when negative.</summary>
    BigNumber = 35,
    /// <summary>The type of a bare NULL.</summary>
    SqlNull = 36,
    StringLiteral = 37,
    IntegerLiteral = 38,
    /// <summary><see cref="long"/>: nanoseconds since midnight.</summary>
    TimeNanoseconds = 39,
    /// <summary>No form here; cast it to VARCHAR.</summary>
    Geometry = 40,
    /// <summary>No form here; cast it to VARCHAR.</summary>
    Variant = 41,
}
