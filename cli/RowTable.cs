using System.Globalization;
using FlowLake.QueryApi.Sql;

namespace FlowLake.Cli;

/// <summary>Shows rows as a table of plain text: names, a rule, a line a row, numbers to the right.</summary>
internal static class RowTable
{
    /// <summary>Rows a person is shown when no limit is asked for.</summary>
    public const long DefaultLimit = 1_000;

    /// <summary>Longest value shown; a longer one is cut and ends in three dots.</summary>
    private const int WidthMax = 80;

    /// <summary>Reads the rows and writes them to standard output.</summary>
    public static void Write(SqlRows rows, long limit)
    {
        var lines = new List<string[]>();
        var numeric = new bool[rows.Columns.Length];
        Array.Fill(numeric, true);
        var truncated = false;
        while (!truncated && rows.Read())
        {
            for (var row = 0; row < rows.Result.RowCount && !truncated; row++)
            {
                truncated = lines.Count == limit;
                if (!truncated)
                    lines.Add(Cells(rows, row, numeric));
            }
        }

        var widths = rows.Columns.Select((column, index) => Math.Max(column.Name.Length, lines.Count == 0 ? 0 : lines.Max(line => line[index].Length))).ToArray();
        Console.WriteLine(Line([.. rows.Columns.Select(column => column.Name)], widths, numeric));
        Console.WriteLine(string.Join("  ", widths.Select(width => new string('-', width))));
        foreach (var line in lines)
            Console.WriteLine(Line(line, widths, numeric));
        Console.Error.WriteLine(truncated
            ? string.Create(CultureInfo.InvariantCulture, $"the first {lines.Count} rows; ask for more with --limit.")
            : lines.Count == 1 ? "1 row" : string.Create(CultureInfo.InvariantCulture, $"{lines.Count} rows"));
    }

    private static string[] Cells(SqlRows rows, int row, bool[] numeric)
    {
        var cells = new string[rows.Columns.Length];
        for (var column = 0; column < cells.Length; column++)
        {
            var value = rows.Result.GetValue(column, row);
            numeric[column] &= value is null or int or long or double or decimal or Int128 or short or sbyte or uint or ulong or float;
            var text = Text(value);
            cells[column] = text.Length <= WidthMax ? text : text[..(WidthMax - 3)] + "...";
        }

        return cells;
    }

    private static string Line(string[] cells, int[] widths, bool[] numeric) =>
        string.Join("  ", cells.Select((cell, index) => numeric[index] ? cell.PadLeft(widths[index]) : cell.PadRight(widths[index]))).TrimEnd();

    private static string Text(object? value) => value switch
    {
        null => "",
        bool flag => flag ? "true" : "false",
        DateTimeOffset instant => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture),
        DateTime instant => instant.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF", CultureInfo.InvariantCulture),
        DateOnly day => day.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        double number => number.ToString("0.######", CultureInfo.InvariantCulture),
        IFormattable formattable => formattable.ToString(null, CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
