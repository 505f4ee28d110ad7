namespace FlowLake.QueryApi.Access;

/// <summary>What is kept of a key: who it is for and what it opens, and of its secret the hash alone.</summary>
public sealed record ApiKey
{
    /// <summary>The part of the key by which it is found; no secret.</summary>
    public required string Id { get; init; }

    /// <summary>Whom it is for.</summary>
    public required string Name { get; init; }

    /// <summary>SHA-256 of the whole key, as <see cref="KeyText.HashOf"/> makes it.</summary>
    public required string Hash { get; init; }

    /// <summary>What it opens, one scope at least.</summary>
    public required IReadOnlyList<KeyScope> Scopes { get; init; }

    /// <summary>It sees only rows of which one end is in one of these namespaces; null for all rows.</summary>
    public IReadOnlyList<string>? Namespaces { get; init; }

    public required DateTimeOffset Created { get; init; }

    /// <summary>From when on it opens nothing; null for never.</summary>
    public DateTimeOffset? Expires { get; init; }

    public KeyLimits? Limits { get; init; }

    /// <summary>All that is wrong with it.</summary>
    internal IEnumerable<string> Complaints()
    {
        if (!KeyText.IsId(Id))
            yield return $"id is no id of a key: \"{Id}\"";
        if (string.IsNullOrWhiteSpace(Name) || Name.Length > 100 || Name.Any(char.IsControl))
            yield return "name is to be 1 to 100 characters";
        if (!KeyText.IsHash(Hash))
            yield return "hash is no hash of a key; make keys with: flowlake key create";
        if (Scopes.Count == 0)
            yield return "scopes is empty: it would open nothing";
        if (Namespaces is { Count: 0 } || Namespaces?.Any(name => string.IsNullOrEmpty(name) || name.Contains('\0', StringComparison.Ordinal)) == true)
            yield return "namespaces has no name in it, or an empty one: it would see nothing; leave it out to see all rows";
        foreach (var complaint in Limits?.Complaints() ?? [])
            yield return complaint;
    }
}
