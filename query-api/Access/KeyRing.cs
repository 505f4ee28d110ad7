using System.Collections.Frozen;
using FlowLake.QueryApi.Sql;

namespace FlowLake.QueryApi.Access;

/// <summary>The keys of a file as requests are held against them.</summary>
internal sealed class KeyRing
{
    // What a text is compared with whose id nobody has: it takes as long as for an id that is known.
    private static readonly string nobody = KeyText.HashOf("");

    private readonly FrozenDictionary<string, (ApiKey Key, Caller Caller)> keys;

    public KeyRing(KeyDocument document, SqlLimits limits)
    {
        var defaults = document.Limits?.Over(limits) ?? limits;
        keys = document.Keys.ToFrozenDictionary(key => key.Id, key => (key, Caller.Of(key, key.Limits?.Over(defaults) ?? defaults)));
    }

    /// <summary>Who asks with a key; null when it is none of these, or not any more.</summary>
    public Caller? Find(string text, DateTimeOffset now)
    {
        var known = keys.TryGetValue(KeyText.IdOf(text) ?? "", out var found);
        var matches = KeyText.Matches(text, known ? found.Key.Hash : nobody);
        return known && matches && !(now >= found.Key.Expires) ? found.Caller : null;
    }
}
