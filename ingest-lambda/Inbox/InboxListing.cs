using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Inbox;

/// <summary>
/// Walks the inbox page by page, round and round. A page begins where the last one ended, so that objects nobody can take (foreign ones, files behind a
/// gap) never stand in the way of others.
/// </summary>
/// <param name="store">The lake's store.</param>
/// <param name="objectsMax">The most objects of a page, foreign ones included.</param>
/// <param name="bytesMax">The most bytes of a page's inbox files and side objects, but always one file.</param>
public sealed class InboxListing(IObjectStore store, int objectsMax, long bytesMax)
{
    private string? startAfter;
    private int halvings;

    private int ObjectsAllowed => Math.Max(1, objectsMax >> halvings);

    /// <summary>The next page.</summary>
    public async Task<InboxPage> NextAsync(CancellationToken cancellationToken)
    {
        var objects = ImmutableArray.CreateBuilder<InboxObject>();
        var sides = ImmutableArray.CreateBuilder<SideObject>();
        var (seen, bytes, foreign, firstForeign) = (0, 0L, 0, (string?)null);
        await foreach (var stored in store.ListAsync(InboxKey.Prefix, startAfter, cancellationToken))
        {
            if (seen == ObjectsAllowed || (objects.Count > 0 && bytes + stored.Size > bytesMax))
                return new InboxPage(objects.DrainToImmutable(), sides.DrainToImmutable(), foreign, firstForeign, IsLast: false);
            seen++;
            startAfter = stored.Key;
            if (InboxKey.TryParse(stored.Key, out var key))
            {
                objects.Add(new InboxObject(key, stored.Size, stored.LastModified));
                bytes += stored.Size;
            }
            else if (SideObject.TryParse(stored.Key, out var side))
            {
                sides.Add(side);
                bytes += stored.Size;
            }
            else
            {
                foreign++;
                firstForeign ??= stored.Key;
            }
        }

        Restart();
        return new InboxPage(objects.DrainToImmutable(), sides.DrainToImmutable(), foreign, firstForeign, IsLast: true);
    }

    /// <summary>Begins again at the inbox's start, with the full size of pages.</summary>
    public void Restart()
    {
        startAfter = null;
        halvings = 0;
    }

    /// <summary>Begins again at the inbox's start with pages half as long, until its end: the last one took more memory than the engine may have.</summary>
    /// <returns>False when pages hold one object already.</returns>
    public bool RestartSmaller()
    {
        startAfter = null;
        if (ObjectsAllowed == 1)
            return false;
        halvings++;
        return true;
    }
}
