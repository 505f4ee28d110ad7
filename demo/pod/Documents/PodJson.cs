using System.Text.Json.Serialization;

namespace FlowLake.Demo.Pod.Documents;

/// <summary>The JSON of the documents a pod reads and writes.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(ServerDocument))]
[JsonSerializable(typeof(ClientDocument))]
[JsonSerializable(typeof(CountsDocument))]
public sealed partial class PodJson : JsonSerializerContext;
