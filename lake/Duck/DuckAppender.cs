using System.Collections.Immutable;
using FlowLake.Lake.Duck.Interop;

namespace FlowLake.Lake.Duck;

/// <summary>
/// Writes rows into a table through chunks that lie in the engine's own form: set the columns of a row, then <see cref="EndRow"/>.
/// A column not set is NULL. Nothing counts before <see cref="Close"/>: disposing without it drops the rows not yet flushed.
/// </summary>
/// <remarks>A value goes into a column of exactly its type; whole numbers also go into wider ones, where they cannot be lost.</remarks>
public sealed partial class DuckAppender : IDisposable
{
    private static readonly int ChunkRows = (int)LibDuck.Startup.VectorSize();

    private readonly DuckAppenderHandle handle;
    private readonly DuckChunkHandle chunk;
    private NativeVector[] vectors;
    private int row;

    internal DuckAppender(DuckConnection connection, string? schema, string table)
    {
        var checkedTable = DuckSql.Checked(table, nameof(table));
        var checkedSchema = schema is null ? null : DuckSql.Checked(schema, nameof(schema));
        var state = LibDuck.Appender.Create(connection.Handle, checkedSchema, checkedTable, out handle);
        if (state != DuckState.Success)
        {
            using (handle)
                throw DuckErrors.FromAppender(handle);
        }
        (chunk, ColumnTypes) = CreateChunk(handle);
        vectors = new NativeVector[ColumnTypes.Length];
        Begin();
    }

    /// <summary>Types of the table's columns in their order.</summary>
    public ImmutableArray<DuckType> ColumnTypes { get; }

    /// <summary>Rows ended so far.</summary>
    public long RowCount { get; private set; }

    /// <summary>The row is complete; the next begins.</summary>
    /// <exception cref="ObjectDisposedException">The appender was closed, or has failed.</exception>
    public void EndRow()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        RowCount++;
        if (++row == ChunkRows)
            AppendChunk();
    }

    /// <summary>Sends all ended rows to the table.</summary>
    /// <exception cref="DuckException">A row breaks a constraint of the table, or the engine failed.</exception>
    public void Flush()
    {
        AppendChunk();
        Check(LibDuck.Appender.Flush(handle));
    }

    /// <summary>Flushes and ends the appender.</summary>
    /// <returns>The number of rows written.</returns>
    public long Close()
    {
        Flush();
        Dispose();
        return RowCount;
    }

    public void Dispose()
    {
        // A later Set finds no column rather than memory that is gone.
        vectors = [];
        chunk.Dispose();
        handle.Dispose();
    }

    private void AppendChunk()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        if (row == 0)
            return;
        LibDuck.Chunks.SetSize(chunk, (ulong)row);
        Check(LibDuck.Appender.Append(handle, chunk));
        LibDuck.Chunks.Reset(chunk);
        Begin();
    }

    private void Begin()
    {
        row = 0;
        for (var column = 0; column < vectors.Length; column++)
            vectors[column] = NativeVector.Writable(chunk, column, ChunkRows);
    }

    private void Check(DuckState state)
    {
        if (state == DuckState.Success)
            return;
        var error = DuckErrors.FromAppender(handle);
        Dispose();
        throw error;
    }

    private static (DuckChunkHandle, ImmutableArray<DuckType>) CreateChunk(DuckAppenderHandle appender)
    {
        var types = new DuckLogicalTypeHandle[LibDuck.Appender.ColumnCount(appender)];
        for (var column = 0; column < types.Length; column++)
            types[column] = LibDuck.Appender.ColumnType(appender, (ulong)column);
        try
        {
            return (DuckChunks.Create(types), [.. types.Select(DuckTypeReader.Read)]);
        }
        finally
        {
            foreach (var type in types)
                type.Dispose();
        }
    }
}
