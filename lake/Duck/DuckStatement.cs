using System.Collections.Immutable;
using FlowLake.Lake.Duck.Interop;

namespace FlowLake.Lake.Duck;

/// <summary>A prepared statement. Parameters are numbered from 1, as in SQL.</summary>
public sealed partial class DuckStatement : IDisposable
{
    private readonly DuckConnection connection;
    private readonly DuckStatementHandle handle;

    internal DuckStatement(DuckConnection connection, DuckStatementHandle handle)
    {
        this.connection = connection;
        this.handle = handle;
        ParameterCount = (int)LibDuck.Statements.ParameterCount(handle);
    }

    public DuckStatementType Type => LibDuck.Statements.Type(handle);

    public int ParameterCount { get; }

    /// <summary>The name of a parameter written <c>$name</c>, without the sign; its number for <c>?</c> and <c>$1</c>.</summary>
    public string ParameterName(int index) => LibDuck.Statements.ParameterName(handle, Parameter(index)) ?? "";

    /// <summary>The columns its result will have, known without running it. A type that depends on a parameter is <see cref="DuckTypeId.Invalid"/>.</summary>
    public ImmutableArray<DuckColumn> Columns()
    {
        var columns = ImmutableArray.CreateBuilder<DuckColumn>();
        var count = LibDuck.Statements.ColumnCount(handle);
        for (var column = 0UL; column < count; column++)
        {
            using var type = LibDuck.Statements.ColumnType(handle, column);
            columns.Add(new DuckColumn(LibDuck.Statements.ColumnName(handle, column) ?? "", DuckTypeReader.Read(type)));
        }
        return columns.ToImmutable();
    }

    /// <summary>Runs it to its end; gives the rows it changed.</summary>
    public long Execute(CancellationToken cancellationToken = default)
    {
        using var result = Run(streaming: false, cancellationToken);
        return result.RowsChanged;
    }

    /// <summary>Runs it and streams its rows.</summary>
    public DuckResult Query(CancellationToken cancellationToken = default) => Run(streaming: true, cancellationToken);

    /// <summary>Runs it to its end and holds its rows.</summary>
    public DuckResult QueryMaterialized(CancellationToken cancellationToken = default) => Run(streaming: false, cancellationToken);

    public void Dispose() => handle.Dispose();

    internal DuckResult Run(bool streaming, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var state = streaming
            ? LibDuck.Statements.PendingStreaming(handle, out var pending)
            : LibDuck.Statements.Pending(handle, out pending);
        using (pending)
        {
            if (state != DuckState.Success)
                throw DuckErrors.Cancelled(DuckErrors.FromMessage(LibDuck.Statements.PendingError(pending)), cancellationToken);
            // The engine forgets interruptions when a statement begins, so the token is watched only from here on: an interruption before
            // this line would be lost, and one that was asked for in between comes at once.
            var interruption = cancellationToken.UnsafeRegister(static state => ((DuckConnection)state!).InterruptIfOpen(), connection);
            var result = new DuckResultHandle();
            try
            {
                return LibDuck.Statements.Execute(pending, result) == DuckState.Success
                    ? new DuckResult(result, interruption, cancellationToken)
                    : throw DuckErrors.Cancelled(DuckErrors.FromResult(result), cancellationToken);
            }
            catch
            {
                interruption.Dispose();
                result.Dispose();
                throw;
            }
        }
    }
}
