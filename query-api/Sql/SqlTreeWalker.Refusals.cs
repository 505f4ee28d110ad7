using System.Text.Json;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>A statement is refused; thrown within the folder and caught at its door, since a walk over a tree has no better way out.</summary>
internal sealed class SqlRefusedException(string reason, ulong? byteOffset, string? hint) : Exception(reason)
{
    public ulong? ByteOffset => byteOffset;

    public string? Hint => hint;
}

internal sealed partial class SqlTreeWalker
{
    private static SqlRefusedException Refused(JsonElement? place, string reason, string? hint = null)
    {
        ulong? offset = place is { ValueKind: JsonValueKind.Object } node && node.TryGetProperty("query_location", out var location) && location.TryGetUInt64(out var value) ? value : null;
        return new SqlRefusedException(reason, offset, hint);
    }

    private static string Text(JsonElement node, string member) =>
        node.ValueKind == JsonValueKind.Object && node.TryGetProperty(member, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()!
            : throw Refused(node, $"the statement has a part without {member}, which this version does not know");

    private static void Each(JsonElement list, Action<JsonElement> visit)
    {
        if (list.ValueKind == JsonValueKind.Null)
            return;
        if (list.ValueKind != JsonValueKind.Array)
            throw Refused(null, "the statement has a part of a form this version does not know");
        foreach (var element in list.EnumerateArray())
            visit(element);
    }

    private static void Members(JsonElement node, params ReadOnlySpan<string> known)
    {
        foreach (var member in node.EnumerateObject())
        {
            if (!known.Contains(member.Name))
                MustBeEmpty(node, member);
        }
    }

    private static void MustBeEmpty(JsonElement node, JsonProperty member)
    {
        var empty = member.Value.ValueKind switch
        {
            JsonValueKind.Null or JsonValueKind.False => true,
            JsonValueKind.String => member.Value.ValueEquals(""),
            JsonValueKind.Array => member.Value.GetArrayLength() == 0,
            JsonValueKind.Object => !member.Value.EnumerateObject().Any(),
            _ => false,
        };
        if (!empty)
            throw Refused(node, Word(member.Name) + " is not allowed here");
    }

    private static string Word(string member) => member switch
    {
        "schema_name" or "catalog_name" or "schema" or "catalog" => "a name with a schema or catalog",
        "at_clause" => "AT",
        "sample" => "TABLESAMPLE",
        _ => member,
    };

    private static string TableHint(string name)
    {
        var near = FlowRelations.All.Select(relation => relation.Name).FirstOrDefault(known => known.StartsWith(name, StringComparison.OrdinalIgnoreCase) || name.StartsWith(known, StringComparison.OrdinalIgnoreCase));
        return near is not null ? $"Did you mean \"{near}\"?" : $"Tables are {string.Join(", ", FlowRelations.All.Select(relation => relation.Name))}.";
    }
}
