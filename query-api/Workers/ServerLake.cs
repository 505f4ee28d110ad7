using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Workers;

/// <summary>The lake as a worker sees it: an engine of its own, and snapshots that the server holds for the question under way.</summary>
internal sealed class ServerLake(ServerChannel server, LakeEngine engine, WorkerSettings settings) : ISnapshotSource
{
    private ForwardedQuestion? question;
    private bool spent;

    public IReadOnlyList<string> PrivatePaths => settings.EngineFolders;

    public string PipeFolder => settings.Folder;

    /// <summary>A question begins; disposing what is returned ends it.</summary>
    /// <exception cref="InvalidOperationException">Another one is under way.</exception>
    public IDisposable Begin(ForwardedQuestion asked)
    {
        if (Interlocked.CompareExchange(ref question, asked, null) is not null)
            throw new InvalidOperationException("a worker has one question at a time");
        return new Underway(() => End(asked.Id));
    }

    /// <summary>Tells of a failure of the engine; after one that it does not survive the server replaces the worker.</summary>
    public void Report(DuckException exception)
    {
        if (exception.ErrorType is DuckErrorType.Fatal or DuckErrorType.Internal)
            Spend();
    }

    /// <summary>Has the server replace the worker once the question is over: memory was refused to it, and what that left undone nobody knows.</summary>
    public void Spend() => spent = true;

    /// <summary>Holds a snapshot. Which of its rows are seen is the server's to say, who knows who asks: the scope named here is not even sent.</summary>
    public SnapshotLease? Acquire(SnapshotChoice choice, RowScope scope)
    {
        var asking = Volatile.Read(ref question) ?? throw new InvalidOperationException("no question is under way");
        var given = choice == SnapshotChoice.Newest ? asking.Newest : server.Ask<SnapshotGiven>(SnapshotWanted.Of(asking.Id, choice));
        return SnapshotVersion.TryParse(given.Version, out var version) ? new Lease(server, engine, asking.Id, version, new SnapshotLag(given.BehindVersions, given.Behind)) : null;
    }

    private void End(string id)
    {
        Volatile.Write(ref question, null);
        server.Tell(new QuestionIsOver(id, spent));
    }

    private sealed class Underway(Action end) : IDisposable
    {
        public void Dispose() => end();
    }

    private sealed class Lease(ServerChannel server, LakeEngine engine, string question, SnapshotVersion version, SnapshotLag lag) : SnapshotLease
    {
        public override SnapshotVersion Version => version;

        /// <summary>As it was when the snapshot was given.</summary>
        public override SnapshotLag Lag => lag;

        /// <summary>Nothing: the server holds it until the question is over, whatever becomes of the worker.</summary>
        public override void Dispose()
        {
        }

        private protected override DuckConnection Connect() => engine.Connect();

        private protected override string Select(Relation relation, RowsWanted rows)
        {
            var given = server.Ask<RelationGiven>(new RelationWanted(question, version.ToString(), relation.Name, rows.Keyed, rows.Bounds.All.ToDictionary(), rows.After));
            return given.NotHere is { } missing ? throw new RowsNotHereException(missing) : given.Sql!;
        }
    }
}
