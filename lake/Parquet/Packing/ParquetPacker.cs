using System.Buffers;
using System.Buffers.Binary;
using System.Collections.Immutable;
using FlowLake.Lake.Duck;

namespace FlowLake.Lake.Parquet.Packing;

/// <summary>
/// Writes a file of the engine's again with its numbers in fewer bytes, for files that are kept: each column chunk of 64-bit numbers, which are counters and times, as the
/// engine wrote it or as a <see cref="PackedChunk"/>, whichever is shorter. Everything else is copied as it is; Bloom filters of numbers, by which nobody looks for rows, are left out.
/// </summary>
public static class ParquetPacker
{
    private const int FooterTailBytes = sizeof(int) + 4;
    private const short RowGroups = 4;
    private const short GroupColumns = 1;
    private const short GroupUncompressedBytes = 2;
    private const short GroupRows = 3;
    private const short GroupFileOffset = 5;
    private const short GroupCompressedBytes = 6;

    private static ReadOnlySpan<byte> Magic => "PAR1"u8;

    /// <summary>Writes the packed file.</summary>
    /// <param name="connection">Reads the values.</param>
    /// <param name="written">The file as the engine wrote it. It stays.</param>
    /// <param name="target">The file to write.</param>
    /// <param name="numbers">Names of its BIGINT and TIMESTAMPTZ columns, at least one.</param>
    /// <param name="cancellationToken">Stops it; the target is left behind.</param>
    /// <returns>The packed file.</returns>
    /// <exception cref="InvalidDataException">The file's footer is none, or the engine does not read the numbers of the packed file as those of the first.</exception>
    public static ParquetFile Pack(DuckConnection connection, ParquetFile written, string target, ImmutableArray<string> numbers, CancellationToken cancellationToken = default)
    {
        using var source = File.OpenRead(written.Path);
        var footer = Footer(source);
        var sizes = new Dictionary<string, long>();
        long footerBytes;
        using (var packed = File.Create(target))
        {
            packed.Write(Magic);
            using var values = new NumberValues(connection, written.Path, numbers, cancellationToken);
            ImmutableArray<ColumnMetadata> columns = [.. footer.List(RowGroups).SelectMany(group => Group(source, packed, (ThriftStruct)group, values, sizes))];
            foreach (var column in columns)
                BloomFilter(source, packed, column, isKept: column.Name is null || !numbers.Contains(column.Name));
            footerBytes = Write(packed, footer);
        }
        Verify(connection, written.Path, target, numbers, cancellationToken);
        return written with
        {
            Path = target,
            Bytes = new FileInfo(target).Length,
            FooterBytes = footerBytes,
            Columns = [.. written.Columns.Select(column => column.Path is [var name] && sizes.TryGetValue(name, out var bytes) ? column with { Bytes = bytes } : column)],
        };
    }

    private static ThriftStruct Footer(FileStream source)
    {
        var end = source.Length - FooterTailBytes;
        var tail = end < 0 ? [] : Read(source, end, FooterTailBytes);
        var length = tail.Length == 0 ? -1 : BinaryPrimitives.ReadInt32LittleEndian(tail);
        if (length < 0 || length > end || !tail.AsSpan(sizeof(int)).SequenceEqual(Magic))
            throw new InvalidDataException($"{source.Name} does not end as a Parquet file does.");
        return ThriftReader.Struct(Read(source, end - length, length));
    }

    private static List<ColumnMetadata> Group(FileStream source, FileStream packed, ThriftStruct group, NumberValues values, Dictionary<string, long> sizes)
    {
        values.Next(checked((int)group.Integer(GroupRows)));
        ColumnMetadata[] columns = [.. group.List(GroupColumns).Select(column => new ColumnMetadata((ThriftStruct)column))];
        var begin = packed.Position;
        foreach (var column in columns)
        {
            var start = packed.Position;
            var chunk = column.Name is { } name && values.Of(name, out var numbers) ? PackedChunk.Of(numbers) : null;
            if (chunk?.Bytes.Length < column.Bytes)
            {
                packed.Write(chunk.Bytes.Span);
                chunk.Describe(column);
            }
            else
            {
                packed.Write(Read(source, column.Start, column.Bytes));
            }
            column.MoveTo(start);
            if (column.Name is not null)
                sizes[column.Name] = sizes.GetValueOrDefault(column.Name) + column.Bytes;
        }
        group.SetInt64(GroupUncompressedBytes, columns.Sum(column => column.Fields.Integer(ColumnMetadata.UncompressedBytes)));
        group.SetInt64(GroupCompressedBytes, columns.Sum(column => column.Bytes));
        group.SetInt64(GroupFileOffset, begin);
        return [.. columns];
    }

    private static void BloomFilter(FileStream source, FileStream packed, ColumnMetadata column, bool isKept)
    {
        if (isKept && column.BloomFilter is var (start, bytes))
        {
            column.MoveBloomFilterTo(packed.Position);
            packed.Write(Read(source, start, bytes));
        }
        else
        {
            column.RemoveBloomFilter();
        }
    }

    private static long Write(FileStream packed, ThriftStruct footer)
    {
        var bytes = new ArrayBufferWriter<byte>();
        ThriftWriter.Struct(bytes, footer);
        var length = bytes.WrittenCount;
        bytes.Int32(length);
        bytes.Write(Magic);
        packed.Write(bytes.WrittenSpan);
        return length;
    }

    // Row by row, by the engine and not by what wrote it: a fault here must not become the table's.
    internal static void Verify(DuckConnection connection, string written, string packed, ImmutableArray<string> numbers, CancellationToken cancellationToken)
    {
        if (Digest(written) is var before && Digest(packed) is var after && before != after)
            throw new InvalidDataException($"{packed} has other values than {written}, of which it was packed: {after} where there were {before}.");

        string Digest(string path)
        {
            using var result = connection.QueryMaterialized(
                $"SELECT CAST((count(*), bit_xor(hash(file_row_number, {DuckSql.Identifiers(numbers)}))) AS VARCHAR) FROM read_parquet({DuckSql.Literal(DuckSql.FilePattern(path))}, file_row_number = true, hive_partitioning = false)",
                cancellationToken);
            return (string)result.Rows().Single()[0]!;
        }
    }

    private static byte[] Read(FileStream source, long start, long length)
    {
        var bytes = new byte[length];
        source.Position = start;
        source.ReadExactly(bytes);
        return bytes;
    }
}
