using System.Buffers;
using System.IO.Compression;

namespace FlowLake.Lake.Parquet.Packing;

/// <summary>A column's values of a row group as one page: 64-bit numbers, none missing, <see cref="DeltaBinaryPacked"/>, and compressed where that gains something.</summary>
/// <remarks>By gzip, which the runtime has and every reader knows: few and small numbers gain a tenth, wide ones nothing.</remarks>
/// <param name="Bytes">The chunk: the page's header and the page.</param>
/// <param name="UncompressedBytes">What it would take without compression.</param>
/// <param name="Codec">Its compression, by Parquet's number.</param>
internal sealed record PackedChunk(ReadOnlyMemory<byte> Bytes, long UncompressedBytes, int Codec)
{
    private const int DataPage = 0;
    private const int Rle = 3;
    private const int DeltaBinaryPackedEncoding = 5;
    private const int Uncompressed = 0;
    private const int Gzip = 2;

    // What is gained has to be worth undoing it.
    private const double GainLeast = 0.97;

    public static PackedChunk Of(ReadOnlySpan<long> values)
    {
        var page = new ArrayBufferWriter<byte>(sizeof(long) * values.Length / 2);
        Levels(values.Length, page);
        DeltaBinaryPacked.Encode(values, page);
        var compressed = Compressed(page.WrittenSpan);
        var (codec, body) = compressed.Length < page.WrittenCount * GainLeast ? (Gzip, compressed) : (Uncompressed, page.WrittenMemory);

        var chunk = new ArrayBufferWriter<byte>(body.Length + 64);
        var header = new ThriftStruct()
            .SetInt32(1, DataPage).SetInt32(2, page.WrittenCount).SetInt32(3, body.Length)
            .Set(5, new ThriftValue(ThriftType.Struct, new ThriftStruct().SetInt32(1, values.Length).SetInt32(2, DeltaBinaryPackedEncoding).SetInt32(3, Rle).SetInt32(4, Rle)));
        ThriftWriter.Struct(chunk, header);
        var headerBytes = chunk.WrittenCount;
        chunk.Write(body.Span);
        return new PackedChunk(chunk.WrittenMemory, headerBytes + page.WrittenCount, codec);
    }

    /// <summary>Says in the column's metadata how its chunk is written now; where it lies is said by <see cref="ColumnMetadata.MoveTo"/>.</summary>
    public void Describe(ColumnMetadata column)
    {
        column.Fields.Set(ColumnMetadata.Encodings, new ThriftValue(ThriftType.List, new ThriftList(ThriftType.Int32, [(long)Rle, (long)DeltaBinaryPackedEncoding])));
        column.Fields.SetInt32(ColumnMetadata.Codec, Codec).SetInt64(ColumnMetadata.UncompressedBytes, UncompressedBytes).SetInt64(ColumnMetadata.CompressedBytes, Bytes.Length);
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

    private static ReadOnlyMemory<byte> Compressed(ReadOnlySpan<byte> page)
    {
        var target = new MemoryStream();
        using (var gzip = new GZipStream(target, CompressionLevel.Optimal, leaveOpen: true))
            gzip.Write(page);
        return target.GetBuffer().AsMemory(0, (int)target.Length);
    }
}
