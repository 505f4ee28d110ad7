using System.Text.Json;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>An event of a watch, its object not yet read.</summary>
/// <param name="Type">What happened.</param>
/// <param name="Object">The object's JSON.</param>
internal readonly record struct WatchEvent(WatchEventType Type, ReadOnlyMemory<byte> Object)
{
    /// <exception cref="JsonException">It is no event.</exception>
    public static WatchEvent Read(ReadOnlyMemory<byte> json)
    {
        var reader = new Utf8JsonReader(json.Span);
        var type = WatchEventType.None;
        var content = ReadOnlyMemory<byte>.Empty;
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var (isType, isObject) = (reader.ValueTextEquals("type"u8), reader.ValueTextEquals("object"u8));
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            if (isType)
                type = TypeOf(ref reader);
            reader.Skip();
            if (isObject)
                content = json[start..(int)reader.BytesConsumed];
        }

        return type != WatchEventType.None && !content.IsEmpty ? new WatchEvent(type, content) : throw new JsonException("an event has a type that is known and an object");
    }

    private static WatchEventType TypeOf(ref Utf8JsonReader reader) =>
        reader.ValueTextEquals("ADDED"u8) || reader.ValueTextEquals("MODIFIED"u8) ? WatchEventType.Set
        : reader.ValueTextEquals("DELETED"u8) ? WatchEventType.Deleted
        : reader.ValueTextEquals("BOOKMARK"u8) ? WatchEventType.Bookmark
        : reader.ValueTextEquals("ERROR"u8) ? WatchEventType.Error
        : WatchEventType.None;

    /// <summary>What an ERROR says.</summary>
    public ApiRefusedException ToRefusal()
    {
        using var status = JsonDocument.Parse(Object);
        var code = status.RootElement.TryGetProperty("code", out var number) && number.TryGetInt32(out var value) ? value : 500;
        return new ApiRefusedException(code, $"{code} {(status.RootElement.TryGetProperty("message", out var message) ? message.ToString() : "")}");
    }
}
