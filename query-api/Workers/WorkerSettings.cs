using System.Text.Json.Serialization;

namespace FlowLake.QueryApi.Workers;

/// <summary>What a worker is told when it starts: the first line of its standard input.</summary>
/// <param name="Socket">Where it listens, a path.</param>
/// <param name="Folder">Its own folder, the only one it writes in.</param>
/// <param name="Readable">The folders of the lake's files.</param>
/// <param name="EngineBytesMax">The engine's memory.</param>
/// <param name="PageKey">The secret that signs links to further pages.</param>
internal sealed record WorkerSettings(string Socket, string Folder, IReadOnlyList<string> Readable, long EngineBytesMax, ReadOnlyMemory<byte> PageKey)
{
    /// <summary>The folders its engine may open files in: the lake's, and its own, where the pipe of a Parquet answer is.</summary>
    [JsonIgnore]
    public IReadOnlyList<string> EngineFolders => [Folder, .. Readable];
}

[JsonSerializable(typeof(WorkerSettings))]
internal sealed partial class WorkerSettingsJson : JsonSerializerContext;
