using FlowLake.Lake.Duck;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Agent.Spool;

// How windows leave.
public sealed partial class WindowSpool
{
    /// <summary>Most windows that become one file. After a long outage the backlog goes in few uploads that an ingester can still take.</summary>
    public const int MergeFilesMax = 64;

    /// <summary>Most bytes of windows that become one file.</summary>
    public const long MergeBytesMax = 32 << 20;

    /// <summary>
    /// The file to upload now, or null when none waits. It is the same one until <see cref="Acknowledge"/>. After that, the windows offered since become
    /// one file with the next number.
    /// </summary>
    public SpoolUpload? NextUpload()
    {
        lock (gate)
        {
            foreach (var (sequence, file) in Sequenced())
            {
                if (sequence > state.LastAcknowledged)
                    return new SpoolUpload(new InboxKey(Stream, sequence), file.FullName);
                // Acknowledged, and the disk refused to delete it then.
                file.Delete();
            }

            var waiting = Together(Unsequenced().Where(file => !notOffered.Contains(file.Name)));
            if (waiting.Length == 0)
                return null;
            var next = new InboxKey(Stream, state.LastAcknowledged + 1);
            var path = PathOf(SpoolFileName.OfSequence(next.Sequence));
            if (waiting.Length == 1 || !TryMerge(waiting, next.Sequence, path))
                DurableFiles.Rename(waiting[0].FullName, path);
            step("sequenced");
            return new SpoolUpload(next, path);
        }
    }

    /// <summary>The store has the file: its number is passed, and the file goes.</summary>
    public void Acknowledge(SpoolUpload upload)
    {
        lock (gate)
        {
            if (upload.Key.Sequence != state.LastAcknowledged + 1)
                throw new InvalidOperationException($"{upload.Path} was acknowledged while the last number acknowledged is {state.LastAcknowledged}");
            Save(state with { LastAcknowledged = upload.Key.Sequence });
            step("acknowledged");
            File.Delete(upload.Path);
            step("deleted");
        }
    }

    private static FileInfo[] Together(IEnumerable<FileInfo> files)
    {
        var bytes = 0L;
        return [.. files.Take(MergeFilesMax).TakeWhile((file, index) => (bytes += file.Length) <= MergeBytesMax || index == 0)];
    }

    private bool TryMerge(FileInfo[] sources, long sequence, string path)
    {
        var temporary = path + DurableFiles.TemporarySuffix;
        try
        {
            InboxFile.Merge(temporary, [.. sources.Select(source => source.FullName)]);
        }
        catch (Exception exception) when (exception is DuckException or InvalidDataException)
        {
            // One of them is broken. Each goes by itself then, and ingest sets the broken one aside.
            File.Delete(temporary);
            return false;
        }

        DurableFiles.Flush(temporary);
        step("merged");
        // Said before it is done: when the merged file is there its sources are superfluous, also after a crash right here.
        Save(state with { Merging = new SpoolMerge(sequence, [.. sources.Select(source => source.Name)]) });
        step("merge-said");
        DurableFiles.Rename(temporary, path);
        step("merge-named");
        DeleteAll(sources.Select(source => source.Name));
        step("sources-deleted");
        Save(state with { Merging = null });
        return true;
    }
}
