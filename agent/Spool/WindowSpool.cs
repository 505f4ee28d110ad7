using System.Collections.Immutable;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Agent.Spool;

/// <summary>
/// The folder in which windows wait until the object store has them: one stream of an agent incarnation.
/// </summary>
/// <remarks>
/// Guarantees, whenever the process dies:
/// 1. A window's file is there whole, its side objects with it, or not at all; <see cref="Contains"/> says which.
/// 2. A file gets its sequence number when it is first offered for upload, and keeps it. Numbers have no gap, and n+1 is given only after n is acknowledged.
/// 3. A file with a number is never dropped. Beyond the bound of bytes the oldest files without one go, and what went is counted once.
/// 4. Figures that only grow are reported once (<see cref="SpoolReport"/>).
/// One process at a time, by a lock; all members may be called from any thread.
/// </remarks>
public sealed partial class WindowSpool : IDisposable
{
    private const string LockFile = "lock";

    private readonly Lock gate = new();
    private readonly string folder;
    private readonly long bytesMax;
    private readonly Action<string> step;
    private readonly FileStream held;
    private readonly HashSet<string> notOffered = new(StringComparer.Ordinal);
    private SpoolState state;

    private WindowSpool(string folder, long bytesMax, Action<string> step, FileStream held, SpoolState state)
    {
        this.folder = folder;
        this.bytesMax = bytesMax;
        this.step = step;
        this.held = held;
        this.state = state;
    }

    /// <summary>The stream this spool is.</summary>
    public StreamId Stream => new(state.Node, state.Incarnation);

    /// <summary>What its files have reported so far.</summary>
    public SpoolReport Reported
    {
        get
        {
            lock (gate)
                return state.Reported;
        }
    }

    /// <summary>All that was dropped since the folder was made, by reason and unit.</summary>
    public ImmutableSortedDictionary<string, long> Dropped
    {
        get
        {
            lock (gate)
                return state.Dropped;
        }
    }

    /// <summary>Opens the folder, makes it if it is not there, and finishes what a dead agent left half done.</summary>
    /// <param name="folder">The folder; nothing else may be in it.</param>
    /// <param name="node">The agent's node.</param>
    /// <param name="bytesMax">Most bytes of files. The file being uploaded and the newest one are kept even beyond it.</param>
    /// <param name="timeProvider">The clock of the stream's identity.</param>
    /// <param name="step">Told each step after which a crash could come; for tests.</param>
    /// <exception cref="IOException">Another agent uses the folder, or it belongs to another node, or cannot be read. The message says what to do.</exception>
    public static WindowSpool Open(string folder, string node, long bytesMax, TimeProvider timeProvider, Action<string>? step = null)
    {
        ArgumentNullException.ThrowIfNull(timeProvider);
        System.IO.Directory.CreateDirectory(folder);
        var held = Lock(Path.Combine(folder, LockFile));
        try
        {
            foreach (var leftover in System.IO.Directory.EnumerateFiles(folder, "*" + DurableFiles.TemporarySuffix))
                File.Delete(leftover);
            foreach (var leftover in System.IO.Directory.EnumerateDirectories(folder, "*" + RecordFile.SpillSuffix))
                System.IO.Directory.Delete(leftover, recursive: true);
            var state = ReadState(folder, node) ?? new SpoolState { Node = node, Incarnation = Guid.CreateVersion7(timeProvider.GetUtcNow()) };
            var spool = new WindowSpool(folder, bytesMax, step ?? (_ => { }), held, state);
            spool.Recover();
            return spool;
        }
        catch
        {
            held.Dispose();
            throw;
        }
    }

    /// <summary>Whether the window of that drain is here, or was and has left.</summary>
    public bool Contains(Guid pinSet, long epoch) => Reported.Of(pinSet).Epoch >= epoch;

    /// <summary>Bytes of all files, and number of the windows' files waiting.</summary>
    public (long Bytes, int Files) Size()
    {
        lock (gate)
        {
            var files = Files().ToArray();
            return (files.Sum(file => file.Length), files.Count(file => !IsSide(file)));
        }
    }

    public void Dispose() => held.Dispose();

    private static FileStream Lock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException exception)
        {
            throw new IOException($"{path}: another agent uses this spool. Give each agent a folder of its own, or end the other one.", exception);
        }
    }

    private static SpoolState? ReadState(string folder, string node)
    {
        var path = Path.Combine(folder, SpoolState.FileName);
        if (!File.Exists(path))
            return null;
        try
        {
            var state = SpoolJson.ReadState(File.ReadAllBytes(path));
            return state.Node == node
                ? state
                : throw new IOException($"{path}: this spool belongs to node \"{state.Node}\", not to \"{node}\". Give this agent another folder: two nodes in one stream would be mixed up.");
        }
        catch (JsonException exception)
        {
            throw new IOException($"{path} cannot be read: {exception.Message} Move the folder away to begin a new stream; its files can be kept for inspection.", exception);
        }
    }

    private void Recover()
    {
        lock (gate)
        {
            // Made durable before the first file, so that no file can outlive its stream's identity.
            Save(state);
            if (state.Dropping is { } dropping)
                Delete(dropping);
            if (state.Merging is { } merging && (merging.Sequence <= state.LastAcknowledged || File.Exists(PathOf(SpoolFileName.OfSequence(merging.Sequence)))))
            {
                foreach (var source in merging.Sources)
                    Delete(source);
            }

            foreach (var (sequence, file) in Sequenced())
            {
                if (sequence <= state.LastAcknowledged)
                    Delete(file.Name);
            }

            DeleteStraySides();

            foreach (var file in Unsequenced())
                Learn(file);
            if (state.Dropping is not null || state.Merging is not null)
                Save(state with { Dropping = null, Merging = null });
        }
    }

    // A file that got its name just before the crash knows more than the state.
    private void Learn(FileInfo file)
    {
        if (!SpoolFileName.TryParseDrain(file.Name, out var pinSet, out var epoch) || state.Reported.Of(pinSet).Epoch >= epoch)
            return;
        try
        {
            if (InboxFile.ReadMetadata(file.FullName).TryGetValue(SpoolJson.MetadataKey, out var json))
                Save(state with { Reported = SpoolJson.ReadReport(json) });
        }
        catch (DuckException)
        {
            // A broken disk. The file goes its way, ingest sets it aside, and what it reported is reported again.
        }
    }

    private void Save(SpoolState next)
    {
        DurableFiles.Replace(PathOf(SpoolState.FileName), SpoolJson.Write(next));
        state = next;
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private IEnumerable<FileInfo> Files() => new DirectoryInfo(folder).EnumerateFiles("*" + SpoolFileName.Suffix);

    private IEnumerable<(long Sequence, FileInfo File)> Sequenced() =>
        Files().Select(file => (Sequence: SpoolFileName.TryParseSequence(file.Name, out var sequence) ? sequence : 0, File: file))
            .Where(pair => pair.Sequence > 0)
            .OrderBy(pair => pair.Sequence);

    /// <summary>Files without a number, the oldest first. Within a set of pins the epoch decides: the file system's clock may repeat itself.</summary>
    private FileInfo[] Unsequenced()
    {
        var files = Files()
            .Select(file => (File: file, IsDrain: SpoolFileName.TryParseDrain(file.Name, out var pinSet, out var epoch), PinSet: pinSet, Epoch: epoch))
            .Where(file => file.IsDrain)
            .ToArray();
        var firstOf = files.GroupBy(file => file.PinSet).ToDictionary(set => set.Key, set => set.Min(file => file.File.LastWriteTimeUtc));
        return [.. files.OrderBy(file => firstOf[file.PinSet]).ThenBy(file => file.PinSet).ThenBy(file => file.Epoch).Select(file => file.File)];
    }
}
