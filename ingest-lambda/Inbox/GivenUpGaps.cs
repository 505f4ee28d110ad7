using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Inbox;

/// <summary>
/// The gaps of a page's streams that are not waited for any longer: the file behind has been there for a day, and none between is. An agent puts a file
/// only after the one before it was acknowledged, so what is missing was there and was deleted by somebody else, or its stream's first files went to another lake.
/// </summary>
public sealed class GivenUpGaps
{
    /// <summary>How long a file waits for those before it.</summary>
    public static readonly TimeSpan WaitMax = TimeSpan.FromDays(1);

    private readonly Dictionary<InboxKey, long> predecessors = [];

    private GivenUpGaps()
    {
    }

    /// <summary>Finds them. Asks the store about a file that has waited and whose predecessor is neither on the page nor passed: an object put again is younger than those that followed it, and on a later page.</summary>
    /// <param name="store">The lake's store.</param>
    /// <param name="listed">The page.</param>
    /// <param name="committed">The last sequence all tables have passed, by stream; not older than the page, so that a file missing from the page was not just passed.</param>
    /// <param name="now">The time.</param>
    public static async Task<GivenUpGaps> FindAsync(IObjectStore store, IEnumerable<InboxObject> listed, Func<StreamId, long> committed, DateTimeOffset now, CancellationToken cancellationToken)
    {
        var gaps = new GivenUpGaps();
        foreach (var stream in listed.GroupBy(file => file.Key.Stream))
        {
            var (passed, previous) = (committed(stream.Key), (long?)null);
            foreach (var (key, _, putAt) in stream.OrderBy(file => file.Key.Sequence))
            {
                var before = Math.Max(previous ?? 0, passed);
                if (now - putAt > WaitMax && key.Sequence > before + 1 && await IsNextAsync(store, key, before, cancellationToken))
                    gaps.predecessors[key] = before;

                previous = key.Sequence;
            }
        }

        return gaps;
    }

    /// <summary>Whether a table that has passed a sequence may go on with a file although those between are missing.</summary>
    public bool MayFollow(InboxKey file, long passed) => predecessors.TryGetValue(file, out var before) && before <= passed;

    private static async Task<bool> IsNextAsync(IObjectStore store, InboxKey file, long passed, CancellationToken cancellationToken)
    {
        await foreach (var stored in store.ListAsync($"{InboxKey.Prefix}{file.Stream.AppId}/", new InboxKey(file.Stream, passed).Key, cancellationToken))
        {
            if (InboxKey.TryParse(stored.Key, out var next))
                return next == file;
        }

        return false;
    }
}
