using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>Runs strangers' statements on a snapshot: checked, prepared, bound, started. A statement has its own connection and its own lease.</summary>
/// <param name="snapshots">Where they are.</param>
public sealed class SqlEngine(ISnapshotSource snapshots)
{
    /// <summary>Runs a statement up to its first rows.</summary>
    /// <param name="query">The statement and its parameters.</param>
    /// <param name="cancellationToken">Stops it, now and while its rows are read.</param>
    /// <exception cref="DuckException">The server is at fault, not the statement.</exception>
    /// <exception cref="OperationCanceledException">It was stopped.</exception>
    public SqlOutcome Run(SqlQuery query, CancellationToken cancellationToken) =>
        Start(query, (lease, connection, _) => SqlRows.Start(lease, connection, query, cancellationToken));

    /// <summary>Runs a statement up to the first bytes of a Parquet file of its rows.</summary>
    /// <param name="query">The statement and its parameters.</param>
    /// <param name="limit">Rows at most.</param>
    /// <param name="cancellationToken">Stops it, now and while the file is written.</param>
    /// <inheritdoc cref="Run" path="/exception"/>
    public SqlOutcome Copy(SqlQuery query, long limit, CancellationToken cancellationToken) =>
        Start(query, (lease, connection, tree) => SqlParquet.Start(lease, connection, tree, query, limit, snapshots.PipeFolder, cancellationToken));

    // An answer keeps the lease and the connection; a refusal does not.
    private SqlOutcome Start(SqlQuery query, Func<SnapshotLease, DuckConnection, JsonElement, SqlOutcome> answer)
    {
        var lease = snapshots.Acquire(query.Snapshot, query.Scope);
        if (lease is null)
            return new SqlOutcome.Refused(new SqlRefusal(query.Snapshot.GoneMessage) { Gone = true });
        DuckConnection? connection = null;
        try
        {
            connection = lease.Connect();
            if (SqlGuard.Check(connection, query.Text, out var tree) is { } refusal)
                return new SqlOutcome.Refused(refusal);
            foreach (var (relation, bounds) in Bounds(connection, tree, query))
                lease.Define(connection, relation, bounds);
            var outcome = answer(lease, connection, tree);
            if (outcome is not SqlOutcome.Refused)
                (lease, connection) = (null, null);
            return outcome;
        }
        catch (RowsNotHereException exception)
        {
            return new SqlOutcome.Refused(SqlRefusal.Of(exception));
        }
        catch (DuckException exception) when (SqlErrors.Refusal(exception, snapshots.PrivatePaths) is not null)
        {
            return new SqlOutcome.Refused(SqlErrors.Refusal(exception, snapshots.PrivatePaths)!);
        }
        finally
        {
            connection?.Dispose();
            lease?.Dispose();
        }
    }

    // One transaction for both: now() then is the same time for the bounds and for the statement.
    private static IReadOnlyDictionary<Relation, RowBounds> Bounds(DuckConnection connection, JsonElement tree, SqlQuery query)
    {
        connection.Execute("BEGIN TRANSACTION");
        try
        {
            return SqlBounds.Of(connection, tree, query);
        }
        // A constant that has no value is the statement's own error; it will have it, and its place, from the engine.
        catch (DuckException exception) when (exception.ErrorType is not (DuckErrorType.Fatal or DuckErrorType.Internal))
        {
            connection.Execute("ROLLBACK");
            return SqlBounds.None(tree);
        }
    }
}
