using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>The content of <c>_last_checkpoint</c>: where to look for a checkpoint first. A hint that may be stale, or name one that is not there.</summary>
/// <param name="Version">Version of the checkpoint.</param>
/// <param name="Size">Actions in it.</param>
/// <param name="SizeInBytes">Bytes of its file, where known.</param>
/// <param name="NumOfAddFiles">Files in it, where known.</param>
public sealed record LastCheckpoint(long Version, long Size, long? SizeInBytes, long? NumOfAddFiles)
{
    /// <summary>Name of the file below the log's folder.</summary>
    public const string FileName = "_last_checkpoint";

    public byte[] Write() => JsonSerializer.SerializeToUtf8Bytes(this, LastCheckpointJson.Default.LastCheckpoint);

    /// <summary>Reads the hint; null when the content is none, for without it there is nothing but a longer listing.</summary>
    public static LastCheckpoint? Read(ReadOnlySpan<byte> content)
    {
        try
        {
            return JsonSerializer.Deserialize(content, LastCheckpointJson.Default.LastCheckpoint) is { Version: >= 0 } hint ? hint : null;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(LastCheckpoint))]
internal sealed partial class LastCheckpointJson : JsonSerializerContext;
