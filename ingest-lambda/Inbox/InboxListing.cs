using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Inbox;

/// <summary>
/// Goes through the inbox page by page, what was put first first, round and round. A page begins where the last one ended, so that objects nobody can take
/// (foreign ones, files behind a gap) never stand in the way of others.
/// </summary>
/// <remarks>
/// A store lists by key, so finding the oldest takes a walk over all of the inbox. A walk keeps the oldest objects, <see cref="PagesOfAWalk"/> pages of them, and counts the others: memory is the same
/// however many wait, and of 100,000 objects each is listed two or three times.
/// </remarks>
/// <param name="store">The lake's store.</param>
/// <param name="objectsMax">The most objects of a page, foreign ones included.</param>
/// <param name="bytesMax">The most bytes of a page's inbox files and side objects, but always one file.</param>
/// <param name="share">The nodes whose objects count; others' are as if they were not there.</param>
public sealed class InboxListing(IObjectStore store, int objectsMax, long bytesMax, NodeShare share = default)
{
    /// <summary>Pages that one walk is good for.</summary>
    public const int PagesOfAWalk = 10;

    private static readonly Comparer<StoredObject> byAge = Comparer<StoredObject>.Create((left, right) =>
        left.LastModified != right.LastModified ? left.LastModified.CompareTo(right.LastModified) : string.CompareOrdinal(left.Key, right.Key));

    private static readonly Comparer<StoredObject> byYouth = Comparer<StoredObject>.Create((left, right) => byAge.Compare(right, left));

    private Queue<StoredObject> oldest = [];
    private StoredObject? last;
    private InboxBacklog behind = InboxBacklog.None;
    private bool hasMore;
    private bool hasEnded;
    private int objectsOfPage;
    private int? shortened;

    private int ObjectsAllowed => shortened ?? objectsMax;

    /// <summary>The next page.</summary>
    public async Task<InboxPage> NextAsync(CancellationToken cancellationToken)
    {
        if (hasEnded)
            Restart();
        if (oldest.Count == 0)
            await WalkAsync(cancellationToken);
        var objects = ImmutableArray.CreateBuilder<InboxObject>();
        var sides = ImmutableArray.CreateBuilder<InboxSide>();
        var (seen, bytes, foreign, firstForeign) = (0, 0L, 0, (string?)null);
        while (seen < ObjectsAllowed && oldest.TryPeek(out var stored) && (objects.Count == 0 || bytes + stored.Size <= bytesMax))
        {
            last = oldest.Dequeue();
            seen++;
            if (InboxKey.TryParse(stored.Key, out var key))
            {
                objects.Add(new InboxObject(key, stored.Size, stored.LastModified));
                bytes += stored.Size;
                behind = behind with { Files = behind.Files - 1, Bytes = behind.Bytes - stored.Size };
            }
            else if (SideObject.TryParse(stored.Key, out var side))
            {
                sides.Add(new InboxSide(side, stored.Size, stored.LastModified));
                bytes += stored.Size;
            }
            else
            {
                foreign++;
                firstForeign ??= stored.Key;
            }
        }

        var page = new InboxPage(objects.DrainToImmutable(), sides.DrainToImmutable(), foreign, firstForeign, IsLast: oldest.Count == 0 && !hasMore, behind with { PassedUntil = behind.Files == 0 ? null : last?.LastModified });
        (objectsOfPage, hasEnded) = (seen, page.IsLast);
        return page;
    }

    /// <summary>Begins again at the inbox's oldest object, with the full size of pages.</summary>
    public void Restart()
    {
        Forget();
        shortened = null;
    }

    /// <summary>Begins again at the inbox's oldest object with pages half as long as the last one, until its end: that one took more memory or disk than there is.</summary>
    /// <returns>False when it held one object.</returns>
    public bool RestartSmaller()
    {
        Forget();
        if (objectsOfPage <= 1)
            return false;
        shortened = objectsOfPage / 2;
        return true;
    }

    private void Forget()
    {
        oldest.Clear();
        (last, behind, hasMore, hasEnded) = (null, InboxBacklog.None, false, false);
    }

    // Of what comes after the last page, the oldest are kept; the youngest of them goes when another is older.
    private async Task WalkAsync(CancellationToken cancellationToken)
    {
        var kept = new PriorityQueue<StoredObject, StoredObject>(byYouth);
        var (files, bytes) = (0L, 0L);
        hasMore = false;
        await foreach (var stored in store.ListAsync(InboxKey.Prefix, null, cancellationToken))
        {
            if (last is { } before && byAge.Compare(stored, before) <= 0)
                continue;
            var isFile = InboxKey.TryParse(stored.Key, out var file);
            if (isFile ? !share.Has(file.Stream.Node) : SideObject.TryParse(stored.Key, out var side) && !share.Has(side.File.Stream.Node))
                continue;
            if (isFile)
                (files, bytes) = (files + 1, bytes + stored.Size);
            if (kept.Count < ObjectsAllowed * PagesOfAWalk)
            {
                kept.Enqueue(stored, stored);
                continue;
            }

            hasMore = true;
            kept.EnqueueDequeue(stored, stored);
        }

        behind = new InboxBacklog(files, bytes, null);
        oldest = new Queue<StoredObject>(kept.UnorderedItems.Select(item => item.Element).Order(byAge));
    }
}
