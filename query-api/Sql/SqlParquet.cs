using System.Collections.Immutable;
using System.IO.Pipelines;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>The rows of a statement as one Parquet file, handed on as the engine writes it. For one thread at a time.</summary>
public sealed class SqlParquet : IDisposable
{
    private readonly SnapshotLease lease;
    private readonly DuckConnection connection;
    private readonly ParquetStream stream;

    private SqlParquet(SnapshotLease lease, DuckConnection connection, ParquetStream stream) => (this.lease, this.connection, this.stream) = (lease, connection, stream);

    /// <summary>The version of the lake the rows are of; the file's metadata has it as <c>flowlake.version</c>.</summary>
    public SnapshotVersion Version => lease.Version;

    /// <summary>How far they are behind the lake now.</summary>
    public SnapshotLag Lag => lease.Lag;

    /// <summary>Writes all of the file, as fast as the reader takes it.</summary>
    /// <inheritdoc cref="ParquetStream.WriteAsync" path="/exception"/>
    public Task WriteAsync(PipeWriter output, CancellationToken cancellationToken) => stream.WriteAsync(output, cancellationToken);

    public void Dispose()
    {
        stream.Dispose();
        connection.Dispose();
        lease.Dispose();
    }

    /// <summary>Runs a checked statement up to the file's first bytes.</summary>
    /// <param name="lease">The snapshot; the answer has it from here on, and the connection.</param>
    /// <param name="connection">Where the statement's relations are defined.</param>
    /// <param name="tree">The engine's tree of the statement.</param>
    /// <param name="query">The statement and its parameters.</param>
    /// <param name="limit">Rows at most.</param>
    /// <param name="folder">Where the engine may write.</param>
    /// <param name="cancellationToken">Stops it, now and while it is written.</param>
    internal static SqlOutcome Start(SnapshotLease lease, DuckConnection connection, JsonElement tree, SqlQuery query, long limit, string folder, CancellationToken cancellationToken)
    {
        // Prepared as it was sent first: what is wrong with it is said with its place there.
        using (var statement = connection.Prepare(query.Text))
        {
            if (SqlParameters.Bind(statement, query) is { } mismatch)
                return new SqlOutcome.Refused(mismatch);
        }

        // What is put into the COPY is the engine's own text of the tree, without comments or a semicolon to leave the parentheses by; and it is checked as what it is.
        var text = connection.Scalar<string>("SELECT json_deserialize_sql(CAST($1 AS JSON))", tree.GetRawText());
        if (SqlGuard.Check(connection, text, out _) is { } refusal)
            return new SqlOutcome.Refused(refusal);
        var stream = new ParquetStream(folder);
        try
        {
            var copy = connection.Prepare(stream.CopySql(Select(text, Columns(connection, text, query, cancellationToken), limit), ("flowlake.version", lease.Version.ToString())));
            SqlParameters.Bind(copy, query);
            stream.Start(copy, cancellationToken);
            return new SqlOutcome.File(new SqlParquet(lease, connection, stream));
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    // Left alone, COPY takes batches from several threads and holds those whose turn has not come, up to all the memory there is. A part whose source has no batches, here one of no rows, makes it
    // write row group by row group.
    private static string Select(string text, ImmutableArray<DuckColumn> columns, long limit) =>
        $"(SELECT {string.Join(", ", columns.Select(ParquetType.Select))} FROM ({text}) AS answer LIMIT {limit}) UNION ALL SELECT {string.Join(", ", columns.Select(_ => "NULL"))} FROM range(0)";

    // Types may hang on the parameters' values, so they are known once it runs; without rows, that takes no time. Names that are there twice come numbered.
    private static ImmutableArray<DuckColumn> Columns(DuckConnection connection, string text, SqlQuery query, CancellationToken cancellationToken)
    {
        using var statement = connection.Prepare($"SELECT * FROM ({text}) AS answer LIMIT 0");
        SqlParameters.Bind(statement, query);
        using var result = statement.QueryMaterialized(cancellationToken);
        return result.Columns;
    }
}
