using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>One batch in the engine: finds its bad files, then writes the rows of the others. Used once, by one thread.</summary>
/// <param name="feeds">One a table, in the order of the takes.</param>
/// <param name="rules">What rows must keep to.</param>
/// <param name="outFolder">Where data files go.</param>
/// <param name="engine">How the engine is opened.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class BatchSession(IReadOnlyList<Feed> feeds, InboxRules rules, string outFolder, DuckOptions engine, CancellationToken cancellationToken) : IDisposable
{
    private readonly Dictionary<LocalFile, string> bad = [];
    private readonly List<Feed> prepared = [];
    private ImmutableArray<LocalFile> files = [];
    private DuckDatabase? database;
    private DuckConnection? connection;

    /// <summary>Files that must not be taken, with the reason.</summary>
    public IReadOnlyDictionary<LocalFile, string> Bad => bad;

    private LocalFile[] Good => [.. files.Where(file => !bad.ContainsKey(file))];

    /// <summary>Judges all files and writes, for each take, its good files' rows, one data file a partition.</summary>
    public ImmutableArray<ImmutableArray<DataFile>> Stage(ImmutableArray<LocalFile> local, IReadOnlyList<TableTake> takes)
    {
        files = local;
        if (files.IsEmpty)
            return [.. takes.Select(_ => ImmutableArray<DataFile>.Empty)];
        foreach (var feed in feeds)
            Halving.Run(Good, part => InEngine(open => feed.Open(open, part, Complain)), Blame);
        var facts = feeds.Select(Inspect).ToArray();

        // A value nobody looked at yet may turn out unreadable while rows are written. Then its file is found and all is written anew without it.
        while (true)
        {
            var before = bad.Count;
            var staged = ImmutableArray.CreateBuilder<ImmutableArray<DataFile>>();
            foreach (var (index, feed) in feeds.Index())
                staged.Add(Write(feed, [.. facts[index].Where(fact => takes[index].Files.Contains(fact.File.Key) && !bad.ContainsKey(fact.File))]));
            if (bad.Count == before)
                return staged.DrainToImmutable();
            foreach (var file in staged.SelectMany(part => part))
                File.Delete(file.LocalPath);
        }
    }

    public void Dispose() => Close();

    private List<FileFacts> Inspect(Feed feed)
    {
        InEngine(open => feed.Prepare(open, Good));
        prepared.Add(feed);
        var facts = new List<FileFacts>();
        Halving.Run(Good, part => InEngine(open => facts.AddRange(feed.Inspect(open, part))), Blame);
        foreach (var fact in facts)
        {
            if (rules.Complaint(feed.Table, fact) is { } complaint)
                Complain(fact.File, complaint);
        }

        foreach (var file in facts.GroupBy(fact => fact.File).Where(file => file.Count() > InboxRules.PartitionsMax))
            Complain(file.Key, $"it has rows for {file.Count()} partitions of {feed.Table.Name}; {InboxRules.PartitionsMax} are allowed");
        return facts;
    }

    private ImmutableArray<DataFile> Write(Feed feed, ImmutableArray<FileFacts> facts)
    {
        var staged = ImmutableArray.CreateBuilder<DataFile>();
        foreach (var partition in facts.GroupBy(fact => fact.Partition, PartitionComparer.Instance))
        {
            LocalFile[] holders = [.. partition.Select(fact => fact.File)];
            var path = Path.Combine(outFolder, $"{feed.Table.Name}-{staged.Count}.parquet");
            try
            {
                InEngine(open => staged.Add(PartitionWriter.Write(open, feed, holders, partition.Key, partition.Sum(fact => fact.Rows), path, cancellationToken)));
            }
            catch (DuckException) when (FindUnreadable(feed, holders))
            {
                // They are among the bad ones now.
            }
        }

        return staged.DrainToImmutable();
    }

    // Where no file is to blame, the failure is the machine's (memory, disk), and the exception goes on.
    private bool FindUnreadable(Feed feed, LocalFile[] holders)
    {
        var before = bad.Count;
        Halving.Run(holders, part => InEngine(open => feed.ReadThrough(open, part)), Blame);
        return bad.Count > before;
    }

    private void Complain(LocalFile file, string reason) => bad.TryAdd(file, reason);

    /// <summary>Takes an error of the engine for the file's fault, unless the file is gone or cannot be read at all, or the run is being stopped.</summary>
    private void Blame(LocalFile file, DuckException exception)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!File.Exists(file.Path))
            throw new FileNotFoundException("another ingest was faster", file.Path);
        // An I/O error can be the disk's, or a wrong offset's in the file. What the disk says when we read all of it goes to the caller.
        using (var content = File.OpenRead(file.Path))
            content.CopyTo(Stream.Null);
        Complain(file, exception.Message.Replace(file.Path, file.Key.Key, StringComparison.Ordinal));
        AssertEngineIsWell(file);
    }

    // No file is sent to quarantine for what the machine lacks: an engine that is well writes a file and reads it again.
    private void AssertEngineIsWell(LocalFile file)
    {
        var control = DuckSql.Literal(Path.Combine(outFolder, "control.parquet"));
        try
        {
            InEngine(open => open.Execute($"COPY (SELECT 1 AS one) TO {control} (FORMAT parquet, COMPRESSION zstd); SELECT one FROM read_parquet({control})"));
        }
        catch (DuckException exception)
        {
            throw new IOException($"{file.Key.Key} cannot be read ({bad[file]}), but neither can a file just written: the engine or the machine fails", exception);
        }
    }

    private void InEngine(Action<DuckConnection> work)
    {
        cancellationToken.ThrowIfCancellationRequested();
        connection ??= Open();
        try
        {
            work(connection);
        }
        catch (DuckException exception) when (exception.ErrorType is DuckErrorType.Fatal or DuckErrorType.Internal)
        {
            // After such an error the engine refuses everything; the next piece of work gets a new one.
            Close();
            throw;
        }
    }

    private DuckConnection Open()
    {
        try
        {
            database = DuckDatabase.Open(engine);
            var opened = database.Connect();
            // A file's footer is asked for by each of the few statements that read it.
            opened.Execute("SET parquet_metadata_cache = true");
            foreach (var feed in prepared)
                feed.Prepare(opened, Good);
            return opened;
        }
        catch (DuckException exception)
        {
            // Of another type, so that no file is blamed for it.
            throw new IOException($"the engine cannot be opened: {exception.Message}", exception);
        }
    }

    private void Close()
    {
        connection?.Dispose();
        database?.Dispose();
        (connection, database) = (null, null);
    }
}
