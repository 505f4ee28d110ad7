using System.Collections.Immutable;

namespace FlowLake.Schemas.Inbox;

/// <summary>What one table takes from the inbox in one commit.</summary>
/// <param name="Take">The files to read, each stream's in order and without a gap after what the table already holds.</param>
/// <param name="Passed">For each stream that moves: the application id and the last sequence the commit passes.</param>
/// <param name="Waiting">Files behind a gap or beyond the bound; they stay.</param>
public sealed record InboxPlan(ImmutableArray<InboxKey> Take, ImmutableSortedDictionary<string, long> Passed, int Waiting)
{
    /// <summary>
    /// Plans a commit: per stream the contiguous run after the sequence the table's <c>txn</c> names, streams taking turns so that
    /// none starves behind a long one, until <paramref name="maxFiles"/> are taken. No I/O.
    /// </summary>
    /// <param name="listed">What the inbox holds, in any order.</param>
    /// <param name="committed">Last sequence the table holds, by application id; 0 for a stream it has never seen.</param>
    /// <param name="maxFiles">The most files one commit takes, at least 1.</param>
    public static InboxPlan Plan(IEnumerable<InboxKey> listed, Func<string, long> committed, int maxFiles)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxFiles, 1);
        var streams = listed.GroupBy(key => key.Stream.AppId)
            .OrderBy(stream => stream.Key, StringComparer.Ordinal)
            .Select(stream => (AppId: stream.Key, New: stream.Where(key => key.Sequence > committed(stream.Key)).OrderBy(key => key.Sequence).ToArray()))
            .Select(stream => (stream.AppId, Run: Contiguous(stream.New, committed(stream.AppId)), stream.New.Length))
            .ToArray();

        var take = ImmutableArray.CreateBuilder<InboxKey>();
        for (var turn = 0; take.Count < maxFiles && streams.Any(stream => stream.Run.Length > turn); turn++)
        {
            foreach (var stream in streams.Where(stream => stream.Run.Length > turn).Take(maxFiles - take.Count))
                take.Add(stream.Run[turn]);
        }

        var passed = take.GroupBy(key => key.Stream.AppId).ToImmutableSortedDictionary(stream => stream.Key, stream => stream.Max(key => key.Sequence), StringComparer.Ordinal);
        return new InboxPlan(
            [.. take.OrderBy(key => key.Stream.AppId, StringComparer.Ordinal).ThenBy(key => key.Sequence)],
            passed,
            streams.Sum(stream => stream.Length) - take.Count);
    }

    /// <summary>The files that may be deleted: every table has passed them.</summary>
    /// <param name="listed">What the inbox holds.</param>
    /// <param name="committedByTable">One look-up per table, as in <see cref="Plan"/>.</param>
    public static IEnumerable<InboxKey> Deletable(IEnumerable<InboxKey> listed, IReadOnlyCollection<Func<string, long>> committedByTable) =>
        listed.Where(key => committedByTable.All(committed => key.Sequence <= committed(key.Stream.AppId)));

    private static InboxKey[] Contiguous(InboxKey[] ordered, long after)
    {
        var count = 0;
        while (count < ordered.Length && ordered[count].Sequence == after + count + 1)
            count++;
        return ordered[..count];
    }
}
