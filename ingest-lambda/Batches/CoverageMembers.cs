using System.Text.Json;
using FlowLake.Schemas.Coverage;

namespace FlowLake.Ingest.Batches;

/// <summary>What the coverage rows of newer agents have beside the members this FlowLake knows.</summary>
internal static class CoverageMembers
{
    /// <summary>Names and, as the engine calls them, types; null for a type no column can have. A member that is null everywhere has none and is left out.</summary>
    public static IReadOnlyList<(string Name, string? Type)> Of(IReadOnlyList<CoverageRecord> rows) =>
        [.. rows.Where(row => row.NewerMembers is not null).SelectMany(row => row.NewerMembers!).Where(member => member.Value.ValueKind != JsonValueKind.Null).Select(member => (member.Key, Type(member.Value))).Distinct()];

    /// <summary>A member of a row as text; null where the row lacks it.</summary>
    public static string? Text(CoverageRecord row, string name) =>
        row.NewerMembers?.GetValueOrDefault(name) is { ValueKind: not (JsonValueKind.Undefined or JsonValueKind.Null) } value ? value.ToString() : null;

    private static string? Type(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.String => "VARCHAR",
        JsonValueKind.True or JsonValueKind.False => "BOOLEAN",
        JsonValueKind.Number => value.TryGetInt64(out _) ? "BIGINT" : "DOUBLE",
        _ => null,
    };
}
