using System.Collections.Immutable;
using FlowLake.Lake.Duck;

namespace FlowLake.Lake.Parquet.Packing;

/// <summary>A file's numbers in the order of its rows, row group by row group.</summary>
internal sealed class NumberValues : IDisposable
{
    private readonly ImmutableArray<string> names;
    private readonly DuckResult result;
    private readonly long[][] values;
    private readonly bool[] isMissing;
    private int rows;
    private int read;

    public NumberValues(DuckConnection connection, string path, ImmutableArray<string> names, CancellationToken cancellationToken)
    {
        this.names = names;
        values = [.. names.Select(_ => Array.Empty<long>())];
        isMissing = new bool[names.Length];
        result = connection.Query($"SELECT {DuckSql.Identifiers(names)} FROM read_parquet({DuckSql.Literal(DuckSql.FilePattern(path))}, hive_partitioning = false)", cancellationToken);
    }

    /// <summary>Reads the next row group.</summary>
    /// <exception cref="InvalidDataException">The file has fewer rows.</exception>
    public void Next(int count)
    {
        rows = count;
        Array.Clear(isMissing);
        for (var column = 0; column < values.Length; column++)
        {
            if (values[column].Length < count)
                values[column] = new long[count];
        }
        for (var filled = 0; filled < count;)
        {
            if (read == result.RowCount)
            {
                if (!result.Read())
                    throw new InvalidDataException($"A row group of {count} rows has {filled}.");
                read = 0;
            }
            var some = Math.Min(count - filled, result.RowCount - read);
            for (var column = 0; column < values.Length; column++)
                Copy(column, some, filled);
            read += some;
            filled += some;
        }
    }

    /// <summary>The row group's values of a column.</summary>
    /// <returns>False where the column is not among the names, or where one of its values is missing.</returns>
    public bool Of(string name, out ReadOnlySpan<long> numbers)
    {
        var column = names.IndexOf(name);
        numbers = column < 0 || isMissing[column] ? [] : values[column].AsSpan(0, rows);
        return !numbers.IsEmpty;
    }

    public void Dispose() => result.Dispose();

    private void Copy(int column, int count, int to)
    {
        var vector = result.Vector(column);
        vector.Values<long>().Slice(read, count).CopyTo(values[column].AsSpan(to));
        if (!vector.HasNulls)
            return;
        for (var row = read; row < read + count && !isMissing[column]; row++)
            isMissing[column] = vector.IsNull(row);
    }
}
