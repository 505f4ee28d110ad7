using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Batches;

/// <summary>
/// One batch in the engine: opens the inbox files, is given the side objects they name, finds the bad ones, then writes the rows of the others. A file whose side
/// object is bad is bad. Used once, by one thread at a time.
/// </summary>
/// <param name="feeds">One a table, in the order of the takes.</param>
/// <param name="rules">What rows must keep to.</param>
/// <param name="outFolder">Where data files go.</param>
/// <param name="engine">How the engine is opened.</param>
/// <param name="cancellationToken">Stops it.</param>
internal sealed class BatchSession(IReadOnlyList<Feed> feeds, InboxRules rules, string outFolder, DuckOptions engine, CancellationToken cancellationToken) : IDisposable
{
    private readonly Dictionary<InboxKey, string> bad = [];
    private readonly List<Feed> prepared = [];
    private ImmutableArray<LocalFile> inboxFiles = [];
    private ILookup<string, LocalFile> sideFiles = Enumerable.Empty<LocalFile>().ToLookup(_ => "");
    private DuckDatabase? database;
    private DuckConnection? connection;

    /// <summary>Files that must not be taken, with the reason.</summary>
    public IReadOnlyDictionary<InboxKey, string> Bad => bad;

    /// <summary>Opens the inbox files, and says which side objects the good ones among them name.</summary>
    public IReadOnlyList<SideObject> Open(ImmutableArray<LocalFile> files)
    {
        inboxFiles = files;
        foreach (var feed in feeds.Where(feed => !IsOfSides(feed)))
            Halving.Run(Good(feed), part => InEngine(open => feed.Open(open, part, Complain)), Blame);
        var named = new List<SideObject>();
        Halving.Run(Good(inboxFiles), part => InEngine(open => named.AddRange(SideNames.Read(open, part))), Blame);
        return named;
    }

    /// <summary>Judges all files and writes, for each take, its good files' rows, one data file a partition, with the columns any of them brings.</summary>
    /// <param name="sides">The side objects that were named and are there, by table.</param>
    /// <param name="takes">What each table takes.</param>
    public ImmutableArray<StagedRows> Stage(ILookup<string, LocalFile> sides, IReadOnlyList<TableTake> takes)
    {
        sideFiles = sides;
        foreach (var feed in feeds.Where(IsOfSides))
            Halving.Run(Good(feed), part => InEngine(open => feed.Open(open, part, Complain)), Blame);
        var facts = feeds.Select(Inspect).ToArray();

        // Columns may turn out not to go together, or a value nobody looked at yet to be unreadable while rows are written. Then the file is found and all is written anew without it.
        while (true)
        {
            var before = bad.Count;
            var staged = ImmutableArray.CreateBuilder<StagedRows>();
            foreach (var (index, feed) in feeds.Index())
            {
                ImmutableArray<FileFacts> taken = [.. facts[index].Where(fact => takes[index].Files.Contains(fact.File.Key) && !bad.ContainsKey(fact.File.Key))];
                feed.Learn([.. taken.Select(fact => fact.File).Distinct().OrderBy(file => file.ObjectKey, StringComparer.Ordinal)], Complain);
                staged.Add(new StagedRows(feed.Table, bad.Count == before ? Write(feed, taken) : []));
            }

            if (bad.Count == before)
                return staged.DrainToImmutable();
            foreach (var file in staged.SelectMany(rows => rows.Files))
                File.Delete(file.LocalPath);
        }
    }

    /// <summary>Counts a file as bad.</summary>
    public void Complain(InboxKey file, string reason) => bad.TryAdd(file, reason);

    public void Dispose() => Close();

    private static bool IsOfSides(Feed feed) => SideObject.Tables.Any(table => table.Name == feed.Table.Name);

    private LocalFile[] Good(Feed feed) => Good(IsOfSides(feed) ? sideFiles[feed.Table.Name] : inboxFiles);

    private LocalFile[] Good(IEnumerable<LocalFile> files) => [.. files.Where(file => !bad.ContainsKey(file.Key))];

    private List<FileFacts> Inspect(Feed feed)
    {
        InEngine(open => feed.Prepare(open, Good(feed)));
        prepared.Add(feed);
        var facts = new List<FileFacts>();
        Halving.Run(Good(feed), part => InEngine(open => facts.AddRange(feed.Inspect(open, part))), Blame);
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
                InEngine(open =>
                {
                    var (file, written) = PartitionWriter.Write(open, feed, holders, partition.Key, partition.Sum(fact => fact.Rows), path, cancellationToken);
                    staged.Add(file);
                    // The writer has seen every number; only where one is absurd are the files asked whose it is.
                    foreach (var column in InboxRules.AbsurdColumns(feed.Table, written))
                    {
                        foreach (var (absurd, amount) in feed.FindAbsurd(open, holders, column))
                            Complain(absurd, InboxRules.AbsurdComplaint(feed.Table, column, amount));
                    }
                });
            }
            catch (DuckException)
            {
                // Asked here and not in a filter, which would swallow the exception that says a file is gone.
                if (!FindUnreadable(feed, holders))
                    throw;
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

    private void Complain(LocalFile file, string reason) => Complain(file.Key, reason);

    /// <summary>Takes an error of the engine for the file's fault, unless the file is gone or cannot be read at all, or the run is being stopped.</summary>
    private void Blame(LocalFile file, DuckException exception)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (!File.Exists(file.Path))
            throw new FileNotFoundException("another ingest was faster", file.Path);
        // An I/O error can be the disk's, or a wrong offset's in the file. What the disk says when we read all of it goes to the caller.
        using (var content = File.OpenRead(file.Path))
            content.CopyTo(Stream.Null);
        Complain(file, exception.Message.Replace(file.Path, file.ObjectKey, StringComparison.Ordinal));
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
            throw new IOException($"{file.ObjectKey} cannot be read ({bad[file.Key]}), but neither can a file just written: the engine or the machine fails", exception);
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
                feed.Prepare(opened, Good(feed));
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
