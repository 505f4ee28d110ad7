using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowLake.Agent.Spool;

internal static class SpoolJson
{
    /// <summary>The key of a spool file's metadata under which its <see cref="SpoolReport"/> stands.</summary>
    public const string MetadataKey = "flowlake.spool";

    public static byte[] Write(SpoolState state) => JsonSerializer.SerializeToUtf8Bytes(state, SpoolJsonContext.Default.SpoolState);

    public static SpoolState ReadState(ReadOnlySpan<byte> json) => JsonSerializer.Deserialize(json, SpoolJsonContext.Default.SpoolState) ?? throw new JsonException("null where an object was expected");

    public static string Write(SpoolReport report) => JsonSerializer.Serialize(report, SpoolJsonContext.Default.SpoolReport);

    public static SpoolReport ReadReport(string json) => JsonSerializer.Deserialize(json, SpoolJsonContext.Default.SpoolReport) ?? throw new JsonException("null where an object was expected");
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(SpoolState))]
[JsonSerializable(typeof(SpoolReport))]
internal sealed partial class SpoolJsonContext : JsonSerializerContext;
