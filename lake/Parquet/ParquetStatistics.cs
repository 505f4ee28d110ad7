using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using FlowLake.Lake.Duck;

namespace FlowLake.Lake.Parquet;

/// <summary>Reads the rows that COPY with RETURN_STATS gives, one a file.</summary>
/// <remarks>
/// Their columns are filename, count, file_size_bytes, footer_size_bytes, column_statistics MAP(VARCHAR, MAP(VARCHAR, VARCHAR)), partition_keys MAP(VARCHAR, VARCHAR).
/// The keys of column_statistics are paths of quoted names with dots between: <c>"s"."b"."element"</c>.
/// </remarks>
internal static class ParquetStatistics
{
    internal static ParquetFile File(DuckResult result, int row) => new()
    {
        Path = (string)result.GetValue(0, row)!,
        RowCount = Whole(result.GetValue(1, row)),
        Bytes = Whole(result.GetValue(2, row)),
        FooterBytes = Whole(result.GetValue(3, row)),
        Columns = [.. Pairs(result.GetValue(4, row)).Select(pair => Column((string)pair.Key, pair.Value))],
        PartitionValues = Pairs(result.GetValue(5, row)).ToImmutableDictionary(pair => (string)pair.Key, pair => (string?)pair.Value),
    };

    /// <summary>The names of a path such as <c>"a"."odd ""name"""</c>.</summary>
    /// <exception cref="FormatException">The text is no such path.</exception>
    internal static ImmutableArray<string> Path(string quoted)
    {
        var names = ImmutableArray.CreateBuilder<string>();
        var at = 0;
        while (true)
        {
            Expect(quoted, ref at, '"');
            var name = new StringBuilder();
            while (true)
            {
                var quote = quoted.IndexOf('"', at);
                if (quote < 0)
                    throw new FormatException($"The column path {quoted} ends inside a name.");
                name.Append(quoted, at, quote - at);
                at = quote + 1;
                if (at == quoted.Length || quoted[at] != '"')
                    break;
                name.Append('"');
                at++;
            }
            names.Add(name.ToString());
            if (at == quoted.Length)
                return names.ToImmutable();
            Expect(quoted, ref at, '.');
        }
    }

    private static ParquetColumnStatistics Column(string path, object? statistics)
    {
        var values = Pairs(statistics).ToDictionary(pair => (string)pair.Key, pair => (string?)pair.Value);
        return new ParquetColumnStatistics
        {
            Path = Path(path),
            Min = values.GetValueOrDefault("min"),
            Max = values.GetValueOrDefault("max"),
            NullCount = Count("null_count"),
            ValueCount = Count("num_values"),
            Bytes = Count("column_size_bytes"),
            HasNan = values.GetValueOrDefault("has_nan") == "true",
        };

        long Count(string name) => long.Parse(values.GetValueOrDefault(name) ?? "0", CultureInfo.InvariantCulture);
    }

    private static long Whole(object? value) => Convert.ToInt64(value, CultureInfo.InvariantCulture);

    // An unpartitioned write gives NULL for its partition keys.
    private static ImmutableArray<KeyValuePair<object, object?>> Pairs(object? map) => map is null ? [] : (ImmutableArray<KeyValuePair<object, object?>>)map;

    private static void Expect(string quoted, ref int at, char expected)
    {
        if (at >= quoted.Length || quoted[at] != expected)
            throw new FormatException($"The column path {quoted} has no {expected} at position {at}.");
        at++;
    }
}
