using System.Text.Json.Serialization;

namespace FlowLake.QueryApi.Access;

/// <summary>What a key file holds.</summary>
public sealed record KeyDocument
{
    /// <summary>Keys a file can hold.</summary>
    public const int KeysMax = 10_000;

    public required IReadOnlyList<ApiKey> Keys { get; init; }

    /// <summary>Bounds of keys that say nothing of their own.</summary>
    public KeyLimits? Limits { get; init; }

    /// <summary>All that is wrong with it, each with its place.</summary>
    internal IEnumerable<string> Complaints()
    {
        if (Keys.Count > KeysMax)
            yield return $"there are {Keys.Count} keys; {KeysMax} are allowed";
        foreach (var complaint in Limits?.Complaints() ?? [])
            yield return $"limits: {complaint}";
        foreach (var (index, key) in Keys.Index())
        {
            foreach (var complaint in key.Complaints())
                yield return $"keys[{index}]: {complaint}";
        }

        foreach (var id in Keys.GroupBy(key => key.Id).Where(same => same.Count() > 1))
            yield return $"there is more than one key {id.Key}";
    }
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower,
    DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
    UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
    RespectNullableAnnotations = true,
    WriteIndented = true)]
[JsonSerializable(typeof(KeyDocument))]
internal sealed partial class KeyJson : JsonSerializerContext;
