using System.Diagnostics.CodeAnalysis;

namespace FlowLake.Agent.Directory;

/// <summary>What each key stood for at each time.</summary>
/// <remarks>
/// Guarantees: 1. the times of a key's values do not overlap; 2. a value that ended is found for the time it held, until <see cref="Forget"/>;
/// 3. of one key at most <see cref="EndedMax"/> ended values are kept, the oldest go first. Not safe for several threads.
/// </remarks>
/// <typeparam name="TKey">What is asked for.</typeparam>
/// <typeparam name="TValue">What it stood for; compared by value, so that an unchanged one goes on.</typeparam>
internal sealed class AsOfMap<TKey, TValue>
    where TKey : notnull
    where TValue : class
{
    /// <summary>An address that changes hands more often than this within the time kept is one nobody can name anyway.</summary>
    public const int EndedMax = 16;

    private readonly Dictionary<TKey, List<Span>> spans = [];

    /// <summary>Keys that have a value now or had one.</summary>
    public int Count => spans.Count;

    /// <summary>From <paramref name="at"/> on the key stands for the value.</summary>
    public void Set(TKey key, TValue value, DateTimeOffset at)
    {
        if (!spans.TryGetValue(key, out var history))
            spans[key] = history = [];
        if (history.Count > 0 && history[^1] is { IsOpen: true } last)
        {
            if (last.Value.Equals(value))
                return;
            history[^1] = last with { End = at };
        }

        history.Add(new Span(value, at, DateTimeOffset.MaxValue));
        if (history.Count > EndedMax + 1)
            history.RemoveAt(0);
    }

    /// <summary>From <paramref name="at"/> on the key stands for nothing.</summary>
    public void End(TKey key, DateTimeOffset at)
    {
        if (spans.TryGetValue(key, out var history) && history[^1] is { IsOpen: true } last)
            history[^1] = last with { End = at };
    }

    /// <summary>
    /// The newest value the key had within the time, <paramref name="from"/> included and <paramref name="to"/> excluded. With two in one window the
    /// later one is right for most of what follows, and both observers of a connection choose alike.
    /// </summary>
    public bool TryFind(TKey key, DateTimeOffset from, DateTimeOffset to, [MaybeNullWhen(false)] out TValue value)
    {
        value = null;
        if (!spans.TryGetValue(key, out var history))
            return false;
        for (var index = history.Count - 1; index >= 0 && value is null; index--)
        {
            if (history[index].Start < to && history[index].End > from)
                value = history[index].Value;
        }

        return value is not null;
    }

    /// <summary>Drops what ended at or before the time.</summary>
    public void Forget(DateTimeOffset before)
    {
        foreach (var (key, history) in spans.ToArray())
        {
            history.RemoveAll(span => span.End <= before);
            if (history.Count == 0)
                spans.Remove(key);
        }
    }

    private sealed record Span(TValue Value, DateTimeOffset Start, DateTimeOffset End)
    {
        public bool IsOpen => End == DateTimeOffset.MaxValue;
    }
}
