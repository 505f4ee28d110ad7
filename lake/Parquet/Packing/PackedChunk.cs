using System.Buffers;
using System.IO.Compression;

namespace FlowLake.Lake.Parquet.Packing;

/// <summary>How a chunk was written.</summary>
/// <param name="Codec">Its compression, by Parquet's number.</param>
/// <param name="UncompressedBytes">Its length without compression, headers included.</param>
/// <param name="Bytes">Its length.</param>
internal readonly record struct PackedForm(int Codec, long UncompressedBytes, long Bytes);

/// <summary>A column's values of a row group as one page: 64-bit numbers, none missing, <see cref="DeltaBinaryPacked"/>, and compressed where that gains something.</summary>
/// <remarks>By gzip, which the runtime has and every reader knows: few and small numbers gain a tenth, wide ones nothing.</remarks>
internal static class PackedChunk
{
    private const int DataPage = 0;
    private const int Rle = 3;
    private const int DeltaBinaryPackedEncoding = 5;
    private const int Uncompressed = 0;
    private const int GzipCodec = 2;

    // What is gained has to be worth undoing it.
    private const double GainLeast = 0.97;

    /// <summary>Appends the page, its header first.</summary>
    /// <returns>What the column's metadata has to say of it.</returns>
    public static PackedForm Write(ReadOnlySpan<long> values, ArrayBufferWriter<byte> chunk)
    {
        var page = new ArrayBufferWriter<byte>(sizeof(long) * values.Length / 2);
        Levels(values.Length, page);
        DeltaBinaryPacked.Encode(values, page);
        var compressed = Gzip(page.WrittenSpan);
        var isCompressed = compressed.Length < page.WrittenCount * GainLeast;
        var body = isCompressed ? compressed : page.WrittenSpan;
        var header = new ThriftStruct()
            .SetInt32(1, DataPage).SetInt32(2, page.WrittenCount).SetInt32(3, body.Length)
            .Set(5, new ThriftValue(ThriftType.Struct, new ThriftStruct().SetInt32(1, values.Length).SetInt32(2, DeltaBinaryPackedEncoding).SetInt32(3, Rle).SetInt32(4, Rle)));
        ThriftWriter.Struct(chunk, header);
        var headerBytes = chunk.WrittenCount;
        chunk.Write(body);
        return new PackedForm(isCompressed ? GzipCodec : Uncompressed, headerBytes + page.WrittenCount, chunk.WrittenCount);
    }

    /// <summary>Says in the column's metadata how its chunk is written now; where it lies is said by <see cref="ColumnMetadata.MoveTo"/>.</summary>
    public static void Describe(ColumnMetadata column, PackedForm form)
    {
        column.Fields.Set(ColumnMetadata.Encodings, new ThriftValue(ThriftType.List, new ThriftList(ThriftType.Int32, [(long)Rle, (long)DeltaBinaryPackedEncoding])));
        column.Fields.SetInt32(ColumnMetadata.Codec, form.Codec).SetInt64(ColumnMetadata.UncompressedBytes, form.UncompressedBytes).SetInt64(ColumnMetadata.CompressedBytes, form.Bytes);
        column.Fields.Remove(ColumnMetadata.DictionaryPageOffset);
        column.Fields.Remove(ColumnMetadata.EncodingStatistics);
    }

    private static ReadOnlySpan<byte> Gzip(ReadOnlySpan<byte> page)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(page);
        return target.GetBuffer().AsSpan(0, (int)target.Length);
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
