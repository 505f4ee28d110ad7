using System.Text.RegularExpressions;

namespace FlowLake.Schemas.Tables;

/// <summary>
/// A column this FlowLake has no definition of: a newer agent brought it, and the table's log keeps it. It is carried along, and what it means is known to the FlowLake that brought it.
/// </summary>
/// <param name="Name">See <see cref="Column"/>.</param>
/// <param name="Type">See <see cref="Column"/>; never a date, which only ingest sets.</param>
public sealed partial record LearnedColumn(string Name, ColumnType Type)
    : Column(Name, Type, null, "Brought by a newer agent.")
{
    /// <summary>The most columns a table learns. A newer FlowLake brings a few; a stray file must not widen the table without end.</summary>
    public const int ColumnsMax = 64;

    /// <summary>The longest name in characters.</summary>
    public const int NameLengthMax = 63;

    // What readers of data files add to their columns.
    private static readonly string[] reserved = ["id", "filename", "file_row_number", "file_index"];

    /// <summary>What is wrong with a name a table is to learn, or null.</summary>
    public static string? NameComplaint(string name)
    {
        if (name.Length > NameLengthMax)
            return $"its name has {name.Length} characters; {NameLengthMax} are allowed";
        if (!WordsPattern().IsMatch(name))
            return "its name is not made of lower case words joined by underscores";
        return reserved.Contains(name) || name.StartsWith("flowlake_", StringComparison.Ordinal) ? "its name is reserved" : null;
    }

    [GeneratedRegex("^[a-z][a-z0-9]*(_[a-z0-9]+)*\\z")]
    private static partial Regex WordsPattern();
}
