using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowLake.Schemas.Coverage;

/// <summary>Coverage rows as the JSON array that travels in an inbox file's metadata.</summary>
public static class CoverageJson
{
    /// <summary>Writes the rows with the column names of the table.</summary>
    public static string Write(IReadOnlyList<CoverageRecord> rows) => JsonSerializer.Serialize(rows, CoverageJsonContext.Default.IReadOnlyListCoverageRecord);

    /// <summary>Reads what <see cref="Write"/> wrote.</summary>
    /// <exception cref="JsonException">The text is no such array.</exception>
    public static IReadOnlyList<CoverageRecord> Read(string json) =>
        JsonSerializer.Deserialize(json, CoverageJsonContext.Default.IReadOnlyListCoverageRecord) ?? throw new JsonException("coverage: null where an array was expected");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IReadOnlyList<CoverageRecord>))]
internal sealed partial class CoverageJsonContext : JsonSerializerContext;
