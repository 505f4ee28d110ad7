namespace FlowLake.Lake.Duck;

/// <summary>Puts names and texts into SQL. Nothing else in FlowLake quotes; values go as parameters where a parameter may stand.</summary>
public static class DuckSql
{
    /// <summary>The name in double quotes, as a table, column or type name.</summary>
    /// <exception cref="ArgumentException">The name holds a zero byte, at which the engine would stop reading.</exception>
    public static string Identifier(string name) => $"\"{Checked(name, nameof(name)).Replace("\"", "\"\"", StringComparison.Ordinal)}\"";

    /// <summary>The text as a string literal.</summary>
    /// <exception cref="ArgumentException">The text holds a zero byte, at which the engine would stop reading.</exception>
    public static string Literal(string text) => $"'{Checked(text, nameof(text)).Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>The texts as a list of string literals, such as the files of <c>read_parquet</c>.</summary>
    public static string Literals(IEnumerable<string> texts) => $"[{string.Join(", ", texts.Select(Literal))}]";

    /// <summary>The names in double quotes with commas between, such as the columns of a SELECT.</summary>
    public static string Identifiers(IEnumerable<string> names) => string.Join(", ", names.Select(Identifier));

    /// <summary>The path of a local file as the engine's functions take it: their lists are patterns, so what would be one is put in brackets.</summary>
    public static string FilePattern(string path) => string.Concat(path.Select(character => character is '[' or '*' or '?' ? $"[{character}]" : character.ToString()));

    internal static string Checked(string text, string parameter)
    {
        ArgumentNullException.ThrowIfNull(text, parameter);
        return text.Contains('\0', StringComparison.Ordinal)
            ? throw new ArgumentException("SQL cannot hold a zero byte: the engine would stop reading there. Remove it, or pass the value as a parameter.", parameter)
            : text;
    }
}
