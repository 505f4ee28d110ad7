using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>The rows of a statement, chunk by chunk as the engine makes them. For one thread at a time.</summary>
public sealed class SqlRows : IDisposable
{
    private readonly SnapshotLease lease;
    private readonly DuckConnection connection;
    private readonly DuckStatement statement;
    private bool firstChunkRead;
    private bool hasFirstChunk;

    private SqlRows(SnapshotLease lease, DuckConnection connection, DuckStatement statement, DuckResult result)
    {
        this.lease = lease;
        this.connection = connection;
        this.statement = statement;
        Result = result;
    }

    /// <summary>The version of the lake the rows are of.</summary>
    public SnapshotVersion Version => lease.Version;

    /// <summary>How far they are behind the lake now.</summary>
    public SnapshotLag Lag => lease.Lag;

    public ImmutableArray<DuckColumn> Columns => Result.Columns;

    /// <summary>The engine's result, whose current chunk is the one <see cref="Read"/> moved to.</summary>
    public DuckResult Result { get; }

    /// <summary>Moves to the next chunk; false after the last.</summary>
    /// <exception cref="DuckException">The engine failed on the way.</exception>
    /// <exception cref="OperationCanceledException">The token given to the statement was cancelled.</exception>
    public bool Read()
    {
        if (firstChunkRead)
        {
            firstChunkRead = false;
            return hasFirstChunk;
        }

        return Result.Read();
    }

    public void Dispose()
    {
        Result.Dispose();
        statement.Dispose();
        connection.Dispose();
        lease.Dispose();
    }

    /// <summary>Runs a checked statement up to its first chunk, so that most failures are seen before anything was sent.</summary>
    /// <param name="lease">The snapshot; the rows have it from here on, and the connection.</param>
    /// <param name="connection">Where the statement's relations are defined.</param>
    /// <param name="query">The statement and its parameters.</param>
    /// <param name="cancellationToken">Stops it, now and while its rows are read.</param>
    internal static SqlOutcome Start(SnapshotLease lease, DuckConnection connection, SqlQuery query, CancellationToken cancellationToken)
    {
        var statement = connection.Prepare(query.Text);
        DuckResult? result = null;
        try
        {
            if (SqlParameters.Bind(statement, query) is { } mismatch)
            {
                statement.Dispose();
                return new SqlOutcome.Refused(mismatch);
            }

            result = statement.Query(cancellationToken);
            return new SqlOutcome.Answer(new SqlRows(lease, connection, statement, result) { hasFirstChunk = result.Read(), firstChunkRead = true });
        }
        catch
        {
            result?.Dispose();
            statement.Dispose();
            throw;
        }
    }
}
