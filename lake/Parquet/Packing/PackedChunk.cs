using System.Buffers;

namespace FlowLake.Lake.Parquet.Packing;

/// <summary>A column's values of a row group as one page: 64-bit numbers, none missing, <see cref="DeltaBinaryPacked"/> and not compressed.</summary>
internal static class PackedChunk
{
    private const int DataPage = 0;
    private const int Rle = 3;
    private const int DeltaBinaryPackedEncoding = 5;
    private const int Uncompressed = 0;

    /// <summary>Appends the page, its header first.</summary>
    public static void Write(ReadOnlySpan<long> values, ArrayBufferWriter<byte> chunk)
    {
        var page = new ArrayBufferWriter<byte>(sizeof(long) * values.Length / 2);
        Levels(values.Length, page);
        DeltaBinaryPacked.Encode(values, page);
        var header = new ThriftStruct()
            .SetInt32(1, DataPage).SetInt32(2, page.WrittenCount).SetInt32(3, page.WrittenCount)
            .Set(5, new ThriftValue(ThriftType.Struct, new ThriftStruct().SetInt32(1, values.Length).SetInt32(2, DeltaBinaryPackedEncoding).SetInt32(3, Rle).SetInt32(4, Rle)));
        ThriftWriter.Struct(chunk, header);
        chunk.Write(page.WrittenSpan);
    }

    /// <summary>Says in the column's metadata how its chunk is written now; where it lies is said by <see cref="ColumnMetadata.MoveTo"/>.</summary>
    public static void Describe(ColumnMetadata column, long bytes)
    {
        column.Fields.Set(ColumnMetadata.Encodings, new ThriftValue(ThriftType.List, new ThriftList(ThriftType.Int32, [(long)Rle, (long)DeltaBinaryPackedEncoding])));
        column.Fields.SetInt32(ColumnMetadata.Codec, Uncompressed).SetInt64(ColumnMetadata.UncompressedBytes, bytes).SetInt64(ColumnMetadata.CompressedBytes, bytes);
        column.Fields.Remove(ColumnMetadata.DictionaryPageOffset);
        column.Fields.Remove(ColumnMetadata.EncodingStatistics);
    }

    // Every value is there: one run of ones, behind its length.
    private static void Levels(int count, ArrayBufferWriter<byte> page)
    {
        var run = new ArrayBufferWriter<byte>();
        run.Varint((ulong)count << 1);
        run.Byte(1);
        page.Int32(run.WrittenCount);
        page.Write(run.WrittenSpan);
    }
}
