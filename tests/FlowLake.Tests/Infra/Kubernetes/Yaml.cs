using YamlDotNet.RepresentationModel;

namespace FlowLake.Tests.Infra.Kubernetes;

/// <summary>A part of a document in YAML.</summary>
internal sealed record Yaml(YamlNode? Node)
{
    /// <summary>A member, which may be missing: then every member of it is, too.</summary>
    public Yaml this[string name] => new(Node is YamlMappingNode map && map.Children.TryGetValue(new YamlScalarNode(name), out var child) ? child : null);

    public bool Exists => Node is not null;

    public string? Text => (Node as YamlScalarNode)?.Value;

    public IReadOnlyList<Yaml> Items => Node is YamlSequenceNode list ? [.. list.Children.Select(item => new Yaml(item))] : [];

    public IReadOnlyList<string> Texts => [.. Items.Select(item => item.Text ?? throw new FormatException("no text in a list of texts"))];

    public IEnumerable<string> Names => Node is YamlMappingNode map ? map.Children.Keys.Select(key => ((YamlScalarNode)key).Value!) : [];
}
