using System.Text;

namespace FlowLake.Lake.Parquet.Packing;

/// <summary>What a footer says of a column chunk: Parquet's ColumnChunk and the ColumnMetaData in it, by the numbers parquet.thrift gives their fields.</summary>
internal sealed class ColumnMetadata(ThriftStruct chunk)
{
    public const short Encodings = 2;
    public const short Codec = 4;
    public const short UncompressedBytes = 6;
    public const short CompressedBytes = 7;
    public const short DictionaryPageOffset = 11;
    public const short EncodingStatistics = 13;

    private const short FileOffset = 2;
    private const short Metadata = 3;
    private const short PathInSchema = 3;
    private const short DataPageOffset = 9;
    private const short BloomFilterOffset = 14;
    private const short BloomFilterBytes = 15;

    // Of ColumnChunk: where the indexes of its pages lie, which are not carried over.
    private static readonly short[] pageIndexes = [4, 5, 6, 7];

    public ThriftStruct Fields { get; } = chunk.Struct(Metadata);

    /// <summary>The column's name; null for a field within a nested column.</summary>
    public string? Name => Fields.List(PathInSchema) is [byte[] name] ? Encoding.UTF8.GetString(name) : null;

    /// <summary>Where the chunk begins in the file.</summary>
    public long Start => Fields.Integer(Fields.Has(DictionaryPageOffset) ? DictionaryPageOffset : DataPageOffset);

    /// <summary>Length of the chunk in the file.</summary>
    public long Bytes => Fields.Integer(CompressedBytes);

    /// <summary>Where the chunk's Bloom filter lies; null without one.</summary>
    public (long Start, long Bytes)? BloomFilter => Fields.Has(BloomFilterOffset) && Fields.Has(BloomFilterBytes) ? (Fields.Integer(BloomFilterOffset), Fields.Integer(BloomFilterBytes)) : null;

    /// <summary>The chunk begins elsewhere now.</summary>
    public void MoveTo(long start)
    {
        if (Fields.Has(DictionaryPageOffset))
        {
            Fields.SetInt64(DataPageOffset, start + Fields.Integer(DataPageOffset) - Start);
            Fields.SetInt64(DictionaryPageOffset, start);
        }
        else
        {
            Fields.SetInt64(DataPageOffset, start);
        }
        chunk.SetInt64(FileOffset, start);
        foreach (var index in pageIndexes)
            chunk.Remove(index);
    }

    public void MoveBloomFilterTo(long start) => Fields.SetInt64(BloomFilterOffset, start);

    public void RemoveBloomFilter()
    {
        Fields.Remove(BloomFilterOffset);
        Fields.Remove(BloomFilterBytes);
    }
}
