using System.Collections.Immutable;
using FlowLake.Lake.Duck.Interop;

namespace FlowLake.Lake.Duck;

/// <summary>
/// Rows of a statement, read forward in chunks of up to 2,048 rows: while <see cref="Read"/> is true, <see cref="Vector"/> gives each
/// column's values of the current chunk. Used by one thread at a time, and disposed before its connection.
/// </summary>
public sealed class DuckResult : IDisposable
{
    private readonly DuckResultHandle handle;
    private readonly CancellationTokenRegistration interruption;
    private readonly CancellationToken cancellationToken;
    private readonly DuckVector[] vectors;
    private DuckChunkHandle? chunk;
    private bool ended;

    internal DuckResult(DuckResultHandle handle, CancellationTokenRegistration interruption, CancellationToken cancellationToken)
    {
        this.handle = handle;
        this.interruption = interruption;
        this.cancellationToken = cancellationToken;
        RowsChanged = checked((long)LibDuck.Results.RowsChanged(handle));
        Columns = ReadColumns(handle);
        vectors = [.. Columns.Select(column => new DuckVector(column.Type))];
    }

    public ImmutableArray<DuckColumn> Columns { get; }

    /// <summary>Rows inserted, changed, deleted or copied by the statement; otherwise 0.</summary>
    public long RowsChanged { get; }

    /// <summary>Rows of the current chunk, 1 or more; 0 before the first <see cref="Read"/> and after the last.</summary>
    public int RowCount { get; private set; }

    /// <summary>Moves to the next chunk; the spans of the one before are gone.</summary>
    /// <returns>False when there are no more rows.</returns>
    /// <exception cref="DuckException">The engine failed while it computed the rows, or the stream was ended by another statement on the same connection.</exception>
    /// <exception cref="OperationCanceledException">The token given to the query was cancelled.</exception>
    public bool Read()
    {
        ObjectDisposedException.ThrowIf(handle.IsClosed, this);
        cancellationToken.ThrowIfCancellationRequested();
        Unload();
        while (!ended)
        {
            chunk = handle.FetchChunk();
            if (chunk.IsInvalid)
            {
                ended = true;
                if (!string.IsNullOrEmpty(LibDuck.Results.Error(handle)))
                    throw DuckErrors.Cancelled(DuckErrors.FromResult(handle), cancellationToken);
                break;
            }
            RowCount = checked((int)LibDuck.Chunks.Size(chunk));
            if (RowCount > 0)
            {
                for (var column = 0; column < vectors.Length; column++)
                    vectors[column].Load(chunk, column, RowCount);
                return true;
            }
            Unload();
        }
        return false;
    }

    /// <summary>A column's values in the current chunk.</summary>
    public DuckVector Vector(int column) => vectors[column];

    /// <summary>One value of the current chunk as an object; see <see cref="DuckVector.Value"/>.</summary>
    public object? GetValue(int column, int row) => vectors[column].Value(row);

    /// <summary>All rows from here on as objects, for tests and small results.</summary>
    public IEnumerable<object?[]> Rows()
    {
        while (Read())
        {
            for (var row = 0; row < RowCount; row++)
                yield return [.. vectors.Select(vector => vector.Value(row))];
        }
    }

    public void Dispose()
    {
        interruption.Dispose();
        Unload();
        handle.Dispose();
    }

    private void Unload()
    {
        RowCount = 0;
        foreach (var vector in vectors)
            vector.Unload();
        chunk?.Dispose();
        chunk = null;
    }

    private static ImmutableArray<DuckColumn> ReadColumns(DuckResultHandle handle)
    {
        var columns = ImmutableArray.CreateBuilder<DuckColumn>();
        var count = LibDuck.Results.ColumnCount(handle);
        for (var column = 0UL; column < count; column++)
        {
            using var type = LibDuck.Results.ColumnType(handle, column);
            columns.Add(new DuckColumn(LibDuck.Results.ColumnName(handle, column) ?? "", DuckTypeReader.Read(type)));
        }
        return columns.ToImmutable();
    }
}
