using System.Text.Json;

namespace FlowLake.QueryApi.Sql;

/// <summary>The names a statement may have given to columns of its own. Pure.</summary>
/// <remarks>A column gets its name in many ways (an alias, a list of them, a value of PIVOT, a field of a struct), so every text of the tree counts, but for the columns that are read.</remarks>
internal static class SqlGivenNames
{
    public static IReadOnlySet<string> Of(JsonElement tree)
    {
        var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
        Visit(tree, names);
        return names;
    }

    private static void Visit(JsonElement part, HashSet<string> names)
    {
        switch (part.ValueKind)
        {
            case JsonValueKind.String:
                names.Add(part.GetString()!);
                break;
            case JsonValueKind.Array:
                foreach (var element in part.EnumerateArray())
                    Visit(element, names);
                break;
            case JsonValueKind.Object:
                foreach (var member in part.EnumerateObject().Where(member => member.Name != "column_names"))
                    Visit(member.Value, names);
                break;
        }
    }
}
