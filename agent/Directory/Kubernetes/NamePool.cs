using System.Text.Json;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Names that come again and again (namespaces, nodes, owners) as one string each. Safe for several threads: the watches share one, as an owner's name is in its pods too.</summary>
internal sealed class NamePool
{
    /// <summary>Most names kept. At the bound the pool starts anew, and names are for a while there twice.</summary>
    public const int NamesMax = 65_536;

    /// <summary>Longest name pooled, in bytes of UTF-8; the API's are 253 at most.</summary>
    private const int NameBytesMax = 256;

    private readonly Lock gate = new();
    private readonly HashSet<string> names = new(StringComparer.Ordinal);

    /// <summary>The text the reader stands on.</summary>
    public string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueSpan.Length > NameBytesMax)
            return reader.GetString();
        Span<char> text = stackalloc char[NameBytesMax];
        return Text(text[..reader.CopyString(text)]);
    }

    public string Text(ReadOnlySpan<char> text)
    {
        lock (gate)
        {
            var known = names.GetAlternateLookup<ReadOnlySpan<char>>();
            if (known.TryGetValue(text, out var name))
                return name;
            if (names.Count >= NamesMax)
                names.Clear();
            name = text.ToString();
            names.Add(name);
            return name;
        }
    }
}
