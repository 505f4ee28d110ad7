using System.Runtime.CompilerServices;
using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Inbox;

/// <summary>
/// Side objects whose file never came. An agent puts a file right after its side objects, and after a failure all of them again; so one that has been there for a day without its file belongs to an agent that is
/// gone. Where later files of its stream come, it is deleted as passed; this is for the end of a stream.
/// </summary>
internal static class AbandonedSides
{
    /// <summary>
    /// Finds them, one after the other, so that each is dealt with right after it was looked at: an agent that comes back after a day puts it and its file again. Asks the store about each that
    /// has waited: its file may be on another page, and it may just have been put again.
    /// </summary>
    /// <param name="store">The lake's store.</param>
    /// <param name="listed">The page's side objects.</param>
    /// <param name="isPassed">Whether all tables have passed a file.</param>
    /// <param name="now">The time.</param>
    public static async IAsyncEnumerable<InboxSide> FindAsync(
        IObjectStore store, IEnumerable<InboxSide> listed, Func<InboxKey, bool> isPassed, DateTimeOffset now, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        foreach (var waiting in listed.Where(listedSide => now - listedSide.PutAt > GivenUpGaps.WaitMax && !isPassed(listedSide.Side.File)))
        {
            var (hasFile, isOld) = (false, false);
            await foreach (var stored in store.ListAsync(waiting.Side.File.Stem, null, cancellationToken))
            {
                hasFile |= stored.Key == waiting.Side.File.Key;
                isOld |= stored.Key == waiting.Side.Key && now - stored.LastModified > GivenUpGaps.WaitMax;
            }

            if (isOld && !hasFile)
                yield return waiting;
        }
    }
}
