namespace FlowLake.Lake.Duck;

/// <summary>Bytes that one entry of a vector takes.</summary>
internal static class DuckStorage
{
    /// <returns>0 for types whose entries are not plain values.</returns>
    internal static int Bytes(DuckTypeId storage) => storage switch
    {
        DuckTypeId.Boolean or DuckTypeId.TinyInt or DuckTypeId.UTinyInt => 1,
        DuckTypeId.SmallInt or DuckTypeId.USmallInt => 2,
        DuckTypeId.Integer or DuckTypeId.UInteger or DuckTypeId.Float or DuckTypeId.Date => 4,
        DuckTypeId.BigInt or DuckTypeId.UBigInt or DuckTypeId.Double => 8,
        DuckTypeId.Timestamp or DuckTypeId.TimestampZoned or DuckTypeId.TimestampSeconds => 8,
        DuckTypeId.TimestampMilliseconds or DuckTypeId.TimestampNanoseconds => 8,
        DuckTypeId.Time or DuckTypeId.TimeZoned or DuckTypeId.TimeNanoseconds => 8,
        DuckTypeId.HugeInt or DuckTypeId.UHugeInt or DuckTypeId.Uuid or DuckTypeId.Interval => 16,
        DuckTypeId.List or DuckTypeId.Map => 16,
        _ => 0,
    };
}
