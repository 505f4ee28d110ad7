using System.Text.Json;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>
/// Names that come again and again (namespaces, nodes, owners) as one string each. A name that is not read for a while goes, for owners come and go with
/// every rollout and every Job. Safe for several threads: the watches share one, as an owner's name is in its pods too.
/// </summary>
internal sealed class NamePool
{
    /// <summary>Most names kept since the last <see cref="Age"/>, and before it. At the bound the pool ages at once, so that seldom names may be there twice.</summary>
    public const int NamesMax = 65_536;

    /// <summary>How long a name is kept that is not read; up to twice of it.</summary>
    public static readonly TimeSpan Kept = TimeSpan.FromHours(1);

    /// <summary>Longest name pooled, in bytes of UTF-8; the API's are 253 at most.</summary>
    private const int NameBytesMax = 256;

    private readonly Lock gate = new();
    private HashSet<string> fresh = new(StringComparer.Ordinal);
    private HashSet<string> aging = new(StringComparer.Ordinal);

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
            if (fresh.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var name))
                return name;
            if (fresh.Count >= NamesMax)
                Age();
            if (!aging.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out name))
                name = text.ToString();
            fresh.Add(name);
            return name;
        }
    }

    /// <summary>What was not read since the last call goes. To be called once in <see cref="Kept"/>.</summary>
    public void Age()
    {
        lock (gate)
            (aging, fresh) = (fresh, new HashSet<string>(StringComparer.Ordinal));
    }
}
