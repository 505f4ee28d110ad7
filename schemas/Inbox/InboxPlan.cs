using System.Collections.Immutable;

namespace FlowLake.Schemas.Inbox;

/// <summary>What one table takes from the inbox in one commit.</summary>
/// <param name="Take">The files to read, each stream's in order after what the table already holds, without a gap but those that may be passed.</param>
/// <param name="Passed">For each stream that moves: the application id and the last sequence the commit passes.</param>
/// <param name="Waiting">Files behind a gap or beyond the bound; they stay.</param>
/// <param name="Gaps">The gaps the commit passes.</param>
public sealed record InboxPlan(ImmutableArray<InboxKey> Take, ImmutableSortedDictionary<string, long> Passed, int Waiting, ImmutableArray<SequenceGap> Gaps)
{
    /// <summary>
    /// Plans a commit: per stream the run after the sequence the table's <c>txn</c> names, streams taking turns so that
    /// none starves behind a long one, until <paramref name="maxFiles"/> are taken. No I/O.
    /// </summary>
    /// <param name="listed">What the inbox holds, in any order.</param>
    /// <param name="committed">Last sequence the table holds, by application id; 0 for a stream it has never seen.</param>
    /// <param name="maxFiles">The most files one commit takes, at least 1.</param>
    /// <param name="mayFollow">Whether a file may be taken after a sequence although the files between are missing; null (the default) for never.</param>
    public static InboxPlan Plan(IEnumerable<InboxKey> listed, Func<string, long> committed, int maxFiles, Func<InboxKey, long, bool>? mayFollow = null)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFiles, 1);
        var streams = listed.GroupBy(key => key.Stream.AppId)
            .OrderBy(stream => stream.Key, StringComparer.Ordinal)
            .Select(stream => (AppId: stream.Key, New: stream.Where(key => key.Sequence > committed(stream.Key)).OrderBy(key => key.Sequence).ToArray()))
            .Select(stream => (stream.AppId, Run: RunAfter(committed(stream.AppId), stream.New, mayFollow), stream.New.Length))
            .ToArray();

        var take = ImmutableArray.CreateBuilder<InboxKey>();
        for (var turn = 0; take.Count < maxFiles && streams.Any(stream => stream.Run.Length > turn); turn++)
        {
            foreach (var stream in streams.Where(stream => stream.Run.Length > turn).Take(maxFiles - take.Count))
                take.Add(stream.Run[turn]);
        }

        var passed = take.GroupBy(key => key.Stream.AppId).ToImmutableSortedDictionary(stream => stream.Key, stream => stream.Max(key => key.Sequence), StringComparer.Ordinal);
        ImmutableArray<InboxKey> ordered = [.. take.OrderBy(key => key.Stream.AppId, StringComparer.Ordinal).ThenBy(key => key.Sequence)];
        return new InboxPlan(ordered, passed, streams.Sum(stream => stream.Length) - take.Count, [.. GapsIn(ordered, committed)]);
    }

    /// <summary>The files that may be deleted: every table has passed them.</summary>
    /// <param name="listed">What the inbox holds.</param>
    /// <param name="committedByTable">One look-up per table, as in <see cref="Plan"/>.</param>
    public static IEnumerable<InboxKey> Deletable(IEnumerable<InboxKey> listed, IReadOnlyCollection<Func<string, long>> committedByTable) =>
        listed.Where(key => committedByTable.All(committed => key.Sequence <= committed(key.Stream.AppId)));

    private static InboxKey[] RunAfter(long passed, InboxKey[] ordered, Func<InboxKey, long, bool>? mayFollow)
    {
        var count = 0;
        while (count < ordered.Length && (ordered[count].Sequence == passed + 1 || mayFollow?.Invoke(ordered[count], passed) == true))
            passed = ordered[count++].Sequence;
        return ordered[..count];
    }

    private static IEnumerable<SequenceGap> GapsIn(ImmutableArray<InboxKey> ordered, Func<string, long> committed)
    {
        for (var index = 0; index < ordered.Length; index++)
        {
            var (stream, sequence) = ordered[index];
            var previous = index > 0 && ordered[index - 1].Stream == stream ? ordered[index - 1].Sequence : committed(stream.AppId);
            if (sequence > previous + 1)
                yield return new SequenceGap(stream, previous, sequence);
        }
    }
}
