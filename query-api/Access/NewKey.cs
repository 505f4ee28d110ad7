namespace FlowLake.QueryApi.Access;

/// <summary>A key to be made.</summary>
public sealed record NewKey
{
    /// <inheritdoc cref="ApiKey.Name"/>
    public required string Name { get; init; }

    /// <inheritdoc cref="ApiKey.Scopes"/>
    public required IReadOnlyList<KeyScope> Scopes { get; init; }

    /// <inheritdoc cref="ApiKey.Namespaces"/>
    public IReadOnlyList<string>? Namespaces { get; init; }

    /// <inheritdoc cref="ApiKey.Expires"/>
    public DateTimeOffset? Expires { get; init; }

    /// <inheritdoc cref="ApiKey.Limits"/>
    public KeyLimits? Limits { get; init; }

    /// <summary>Makes it: what is kept, and the key itself, which is nowhere else afterwards.</summary>
    public (ApiKey Kept, string Text) Make(TimeProvider timeProvider)
    {
        var (id, text) = KeyText.Create();
        var now = timeProvider.GetUtcNow();
        var kept = new ApiKey
        {
            Id = id,
            Name = Name,
            Hash = KeyText.HashOf(text),
            Scopes = Scopes,
            Namespaces = Namespaces,
            Created = now.AddTicks(-(now.Ticks % TimeSpan.TicksPerSecond)),
            Expires = Expires,
            Limits = Limits,
        };
        return (kept, text);
    }
}
