using System.Globalization;
using System.Text.Json;

namespace FlowLake.Demo.Questions;

/// <summary>An answer to SQL, as the query API and <c>flowlake sql --json</c> write it: columns by name, and rows as arrays.</summary>
internal static class SqlAnswer
{
    /// <exception cref="JsonException">The text is no such answer.</exception>
    public static IReadOnlyList<SqlRow> Parse(string json)
    {
        using var document = JsonDocument.Parse(json);
        if (!document.RootElement.TryGetProperty("columns", out var columns) || !document.RootElement.TryGetProperty("rows", out var rows))
            throw new JsonException($"no columns and rows in the answer: {json}");
        string[] names = [.. columns.EnumerateArray().Select(column => column.GetProperty("name").GetString()!)];
        return [.. rows.EnumerateArray().Select(row => new SqlRow(names, row.Clone()))];
    }
}

/// <summary>One row of an answer.</summary>
internal sealed class SqlRow(string[] columns, JsonElement values)
{
    public string? Text(string column) => Value(column).GetString();

    /// <summary>A whole number. JSON has no 64-bit integers, so it may be written as text.</summary>
    public long Number(string column) => (long)Decimal(column);

    /// <summary>A number; 0 for null.</summary>
    public decimal Decimal(string column)
    {
        var value = Value(column);
        return value.ValueKind switch
        {
            JsonValueKind.Null => 0,
            JsonValueKind.String => decimal.Parse(value.GetString()!, NumberStyles.Float, CultureInfo.InvariantCulture),
            _ => value.GetDecimal(),
        };
    }

    private JsonElement Value(string column) =>
        Array.IndexOf(columns, column) is >= 0 and var index ? values[index] : throw new JsonException($"no column {column} in the answer");
}
