using FlowLake.Lake.Duck.Interop;

namespace FlowLake.Lake.Duck;

/// <summary>
/// One session with the engine. Used by one thread at a time, only <see cref="Interrupt"/> may come from another. A statement ends the
/// stream of an earlier <see cref="Query(string, object?[])"/> on the same connection; take a second connection, or a materialised result.
/// A cancelled token interrupts a statement from its first row on; parsing and planning, which read no rows, run to their end.
/// </summary>
public sealed class DuckConnection : IDisposable
{
    private readonly DuckConnectionHandle handle;

    internal DuckConnection(DuckConnectionHandle handle) => this.handle = handle;

    internal DuckConnectionHandle Handle => handle;

    /// <summary>Runs one or, without parameters, several statements to their end.</summary>
    /// <param name="sql">The statements; parameters are <c>?</c> or <c>$1</c>.</param>
    /// <param name="parameters">Values as <see cref="DuckStatement.Bind(int, object?)"/> takes them, in order.</param>
    /// <returns>Rows the last statement inserted, changed, deleted or copied; otherwise 0.</returns>
    /// <exception cref="DuckException">The engine refused or failed.</exception>
    public long Execute(string sql, params object?[] parameters) => Execute(sql, CancellationToken.None, parameters);

    /// <inheritdoc cref="Execute(string, object?[])"/>
    /// <exception cref="OperationCanceledException">The token was cancelled; the statement was interrupted.</exception>
    public long Execute(string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        using var result = QueryMaterialized(sql, cancellationToken, parameters);
        return result.RowsChanged;
    }

    /// <summary>Runs the statements and streams the rows of the last one, chunk by chunk, as they are computed.</summary>
    /// <inheritdoc cref="Execute(string, object?[])" path="/param"/>
    /// <exception cref="DuckException">The engine refused or failed; reading the result can throw it too.</exception>
    public DuckResult Query(string sql, params object?[] parameters) => Query(sql, CancellationToken.None, parameters);

    /// <inheritdoc cref="Query(string, object?[])"/>
    public DuckResult Query(string sql, CancellationToken cancellationToken, params object?[] parameters)
        => Run(sql, streaming: true, parameters, cancellationToken);

    /// <summary>As <see cref="Query(string, object?[])"/>, but computed to the end and held in memory before it returns.</summary>
    public DuckResult QueryMaterialized(string sql, params object?[] parameters) => QueryMaterialized(sql, CancellationToken.None, parameters);

    /// <inheritdoc cref="QueryMaterialized(string, object?[])"/>
    public DuckResult QueryMaterialized(string sql, CancellationToken cancellationToken, params object?[] parameters)
        => Run(sql, streaming: false, parameters, cancellationToken);

    /// <summary>The first column of the first row.</summary>
    /// <typeparam name="T">The type <see cref="DuckVector.Value"/> gives, one a number converts to, or a nullable one where NULL can come.</typeparam>
    /// <exception cref="InvalidOperationException">There is no row, or it is NULL and <typeparamref name="T"/> cannot be null.</exception>
    public T Scalar<T>(string sql, params object?[] parameters) => Scalar<T>(sql, CancellationToken.None, parameters);

    /// <inheritdoc cref="Scalar{T}(string, object?[])"/>
    /// <exception cref="OperationCanceledException">The token was cancelled; the statement was interrupted.</exception>
    public T Scalar<T>(string sql, CancellationToken cancellationToken, params object?[] parameters)
    {
        using var result = QueryMaterialized(sql, cancellationToken, parameters);
        if (!result.Read())
            throw new InvalidOperationException("The statement gave no row where one value was asked for.");
        return DuckScalar.Convert<T>(result.Vector(0).Value(0));
    }

    /// <summary>Parses and plans exactly one statement, to be bound and run any number of times.</summary>
    /// <exception cref="DuckException">The text is not one valid statement.</exception>
    public DuckStatement Prepare(string sql)
    {
        using var extracted = Extract(sql, out var count);
        return count == 1
            ? Prepare(extracted, 0)
            : throw new DuckException(DuckErrorType.InvalidInput, $"One statement was expected, but the text holds {count}.");
    }

    /// <summary>Writes rows into a table, by far the fastest way in.</summary>
    /// <exception cref="DuckException">There is no such table.</exception>
    public DuckAppender Appender(string table, string? schema = null) => new(this, schema, table);

    /// <summary>Stops the statement that runs now, if one does; it then throws <see cref="DuckErrorType.Interrupt"/>. May be called by any thread.</summary>
    public void Interrupt() => LibDuck.Startup.Interrupt(handle);

    public void Dispose() => handle.Dispose();

    /// <summary>A token may be cancelled while the connection is being closed; there is nothing to stop then.</summary>
    internal void InterruptIfOpen()
    {
        try
        {
            if (!handle.IsClosed)
                Interrupt();
        }
        catch (ObjectDisposedException)
        {
            // Closed between the question and the call.
        }
    }

    private DuckResult Run(string sql, bool streaming, object?[]? parameters, CancellationToken cancellationToken)
    {
        // A bare null is one parameter, not none.
        parameters ??= [null];
        using var extracted = Extract(sql, out var count);
        if (count > 1 && parameters.Length > 0)
            throw new DuckException(DuckErrorType.InvalidInput, $"Parameters go with one statement, but the text holds {count}.");
        for (var index = 0; index < count - 1; index++)
        {
            using var earlier = Prepare(extracted, index);
            earlier.Execute(cancellationToken);
        }
        using var last = Prepare(extracted, count - 1);
        last.BindAll(parameters);
        return last.Run(streaming, cancellationToken);
    }

    private DuckExtractedHandle Extract(string sql, out int count)
    {
        count = (int)LibDuck.Statements.Extract(handle, DuckSql.Checked(sql, nameof(sql)), out var extracted);
        if (count > 0)
            return extracted;
        using (extracted)
        {
            var message = LibDuck.Statements.ExtractError(extracted);
            throw string.IsNullOrEmpty(message) ? new DuckException(DuckErrorType.Parser, "The text holds no statement.") : DuckErrors.FromMessage(message);
        }
    }

    private DuckStatement Prepare(DuckExtractedHandle extracted, int index)
    {
        if (LibDuck.Statements.PrepareExtracted(handle, extracted, (ulong)index, out var statement) == DuckState.Success)
            return new DuckStatement(this, statement);
        using (statement)
            throw DuckErrors.FromMessage(LibDuck.Statements.PrepareError(statement));
    }
}
