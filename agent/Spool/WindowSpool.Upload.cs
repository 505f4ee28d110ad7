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
                    return Upload(new InboxKey(Stream, sequence), file.Name);
                // Acknowledged, and the disk refused to delete it then.
                Delete(file.Name);
            }

            var waiting = Together(Unsequenced().Where(file => !notOffered.Contains(file.Name)));
            if (waiting.Length == 0)
                return null;
            var next = new InboxKey(Stream, state.LastAcknowledged + 1);
            var name = SpoolFileName.OfSequence(next.Sequence);
            if (waiting.Length == 1 || !TryMerge(waiting, next.Sequence, name))
                Number(waiting[0], next.Sequence, name);
            step("sequenced");
            return Upload(next, name);
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
            Delete(Path.GetFileName(upload.Path));
            step("deleted");
        }
    }

    private FileInfo[] Together(IEnumerable<FileInfo> files)
    {
        var bytes = 0L;
        return [.. files.Take(MergeFilesMax).TakeWhile((file, index) => (bytes += BytesOf(file)) <= MergeBytesMax || index == 0)];
    }

    private SpoolUpload Upload(InboxKey key, string name) => new(key, PathOf(name), [.. SidesOf(name).Select(side => (new SideObject(key, side.Table), side.Path))]);

    private bool TryMerge(FileInfo[] sources, long sequence, string name)
    {
        var temporary = PathOf(name) + DurableFiles.TemporarySuffix;
        try
        {
            MergeSides(sources, name);
            InboxFile.Merge(temporary, [.. sources.Select(source => source.FullName)]);
        }
        catch (Exception exception) when (exception is DuckException or InvalidDataException)
        {
            // One of them is broken. Each goes by itself then, and ingest sets the broken one aside.
            foreach (var prepared in System.IO.Directory.EnumerateFiles(folder, $"{Path.GetFileNameWithoutExtension(name)}.*{DurableFiles.TemporarySuffix}"))
                File.Delete(prepared);
            return false;
        }

        Become(sources, sequence, name);
        return true;
    }

    /// <summary>Gives a file its number. With side objects that is more than one name, so they are copied as if merged; without, one rename does it.</summary>
    private void Number(FileInfo source, long sequence, string name)
    {
        if (!SidesOf(source.Name).Any())
        {
            DurableFiles.Rename(source.FullName, PathOf(name));
            return;
        }

        CopySides(source.Name, name);
        File.Copy(source.FullName, PathOf(name) + DurableFiles.TemporarySuffix, overwrite: true);
        Become([source], sequence, name);
    }

    /// <summary>Puts what was prepared from the sources in their place.</summary>
    private void Become(FileInfo[] sources, long sequence, string name)
    {
        DurableFiles.Flush(PathOf(name) + DurableFiles.TemporarySuffix);
        step("merged");
        // Said before it is done: when the file is there its sources are superfluous, also after a crash right here.
        Save(state with { Merging = new SpoolMerge(sequence, [.. sources.Select(source => source.Name)]) });
        step("merge-said");
        DeleteStraySides();
        NameSides(name);
        DurableFiles.Rename(PathOf(name) + DurableFiles.TemporarySuffix, PathOf(name));
        step("merge-named");
        foreach (var source in sources)
            Delete(source.Name);
        step("sources-deleted");
        Save(state with { Merging = null });
    }
}
