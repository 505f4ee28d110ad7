using System.Text.Json;

namespace FlowLake.QueryApi.Sql;

/// <summary>What stands after FROM: which names its tables have, and whether WHERE can be applied to each of them before they are joined. Pure.</summary>
internal sealed class SqlFrom
{
    private readonly List<string> names = [];
    private bool plain = true;

    public SqlFrom(JsonElement from) => Collect(from);

    /// <summary>Whether a comparison is surely about a column of this table.</summary>
    public bool IsOf(JsonElement table, SqlComparison comparison) => plain
        && table.GetProperty("column_name_alias").GetArrayLength() == 0
        && (comparison.Qualifier is { } qualifier
            ? Same(qualifier, NameOf(table)) && names.Count(name => Same(name, qualifier)) == 1
            : names.Count == 1);

    private void Collect(JsonElement table)
    {
        if (table.GetProperty("type").GetString() != "JOIN")
        {
            names.Add(NameOf(table));
            return;
        }

        // An outer join fills up with nulls, and no comparison is true of a null.
        plain &= table.GetProperty("ref_type").GetString() is "REGULAR" or "CROSS" or "NATURAL" && table.GetProperty("join_type").GetString() is "INNER" or "LEFT" or "RIGHT" or "OUTER";
        Collect(table.GetProperty("left"));
        Collect(table.GetProperty("right"));
    }

    private static string NameOf(JsonElement table) =>
        table.TryGetProperty("alias", out var alias) && alias.GetString() is { Length: > 0 } name ? name
        : table.TryGetProperty("table_name", out var own) ? own.GetString() ?? "" : "";

    private static bool Same(string one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);
}
