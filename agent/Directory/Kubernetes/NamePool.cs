using System.Text;
using System.Text.Json;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>Names that come again and again (namespaces, nodes, owners) as one string each, found by their UTF-8. Not safe for several threads.</summary>
internal sealed class NamePool
{
    /// <summary>Most names kept. At the bound the pool starts anew, and names are for a while there twice.</summary>
    public const int NamesMax = 65_536;

    /// <summary>Longest name pooled, in bytes; the API's are 253 at most.</summary>
    private const int NameBytesMax = 256;

    private readonly HashSet<string> names = new(Utf8Comparer.Instance);

    /// <summary>The text the reader stands on.</summary>
    public string? Text(ref Utf8JsonReader reader)
    {
        if (reader.TokenType != JsonTokenType.String || reader.ValueIsEscaped || reader.HasValueSequence || reader.ValueSpan.Length > NameBytesMax)
            return reader.GetString();
        if (names.Count >= NamesMax)
            names.Clear();
        var lookup = names.GetAlternateLookup<ReadOnlySpan<byte>>();
        if (lookup.TryGetValue(reader.ValueSpan, out var known))
            return known;
        lookup.Add(reader.ValueSpan);
        return lookup.TryGetValue(reader.ValueSpan, out known) ? known : reader.GetString();
    }

    private sealed class Utf8Comparer : IEqualityComparer<string>, IAlternateEqualityComparer<ReadOnlySpan<byte>, string>
    {
        public static readonly Utf8Comparer Instance = new();

        public bool Equals(string? x, string? y) => string.Equals(x, y, StringComparison.Ordinal);

        public int GetHashCode(string obj)
        {
            Span<byte> utf8 = stackalloc byte[NameBytesMax];
            return Encoding.UTF8.TryGetBytes(obj, utf8, out var written) ? GetHashCode(utf8[..written]) : 0;
        }

        public bool Equals(ReadOnlySpan<byte> alternate, string other)
        {
            Span<byte> utf8 = stackalloc byte[NameBytesMax];
            return Encoding.UTF8.TryGetBytes(other, utf8, out var written) && alternate.SequenceEqual(utf8[..written]);
        }

        public int GetHashCode(ReadOnlySpan<byte> alternate)
        {
            var hash = default(HashCode);
            hash.AddBytes(alternate);
            return hash.ToHashCode();
        }

        public string Create(ReadOnlySpan<byte> alternate) => Encoding.UTF8.GetString(alternate);
    }
}
