using System.Buffers;
using System.IO.Pipelines;
using FlowLake.Lake.Duck;

namespace FlowLake.Lake.Parquet;

/// <summary>A Parquet file that is handed on as the engine writes it and is stored nowhere: the engine's COPY writes into a named pipe.</summary>
/// <remarks>
/// Make it, prepare <see cref="CopySql"/>, bind, <see cref="Start"/>, then <see cref="WriteAsync"/>. The COPY has a thread of its own, which waits while
/// the pipe is full, so memory does not grow with the file. For one thread at a time.
/// </remarks>
public sealed class ParquetStream : IDisposable
{
    /// <summary>What a pipe of Linux holds.</summary>
    private const int BufferBytes = 64 << 10;

    /// <summary>A third of the engine's own: the rows of a group are held until it is full.</summary>
    private const int RowGroupRows = 40_960;

    private readonly NamedPipe pipe;
    private readonly byte[] buffer = new byte[BufferBytes];
    private CancellationTokenSource? stop;
    private Task? copy;
    private int filled;

    /// <param name="folder">Where the pipe has its name until the engine has opened it: a folder the engine may write to.</param>
    /// <exception cref="IOException">The folder takes no pipe.</exception>
    public ParquetStream(string folder) => pipe = new NamedPipe(Path.Combine(folder, $"{Guid.NewGuid():N}.parquet"));

    /// <summary>The COPY that writes into this stream.</summary>
    /// <param name="select">The rows; columns are of types that Parquet has (<see cref="ParquetType"/>).</param>
    /// <param name="metadata">Key-value metadata put into the footer.</param>
    public string CopySql(string select, params IEnumerable<(string Key, string Value)> metadata)
    {
        var pairs = metadata.Select(pair => $"{DuckSql.Identifier(pair.Key)}: {DuckSql.Literal(pair.Value)}");
        // Snappy, the engine's default, is what every reader of Parquet can read.
        return $"COPY ({select}) TO {DuckSql.Literal(pipe.Path)} (FORMAT parquet, USE_TMP_FILE false, ROW_GROUP_SIZE {RowGroupRows}, KV_METADATA {{{string.Join(", ", pairs)}}})";
    }

    /// <summary>Runs the COPY up to its first bytes, so that most failures are seen before anything was handed on.</summary>
    /// <param name="statement">The COPY, which is this stream's from here on.</param>
    /// <param name="cancellationToken">Stops it, now and while it is handed on.</param>
    /// <exception cref="DuckException">The engine failed.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Start(DuckStatement statement, CancellationToken cancellationToken)
    {
        stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        copy = Task.Factory.StartNew(() => Copy(statement, stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        filled = pipe.Read(buffer);
        // The engine has opened it by now, or will not.
        pipe.RemoveName();
        if (filled == 0)
            copy.GetAwaiter().GetResult();
    }

    /// <summary>Hands on all of the file, as fast as the reader takes it.</summary>
    /// <exception cref="DuckException">The engine failed on the way: what was handed on is no whole file.</exception>
    /// <exception cref="OperationCanceledException">A token was cancelled, this one or that of <see cref="Start"/>.</exception>
    public async Task WriteAsync(PipeWriter output, CancellationToken cancellationToken)
    {
        for (; filled > 0; filled = pipe.Read(buffer))
        {
            output.Write(buffer.AsSpan(0, filled));
            await output.FlushAsync(cancellationToken);
        }

        await copy!;
    }

    public void Dispose()
    {
        pipe.RemoveName();
        if (copy is not null)
        {
            stop!.Cancel();
            // The engine may be waiting for room in the pipe: what it writes until it notices is thrown away.
            while (pipe.Read(buffer) > 0)
            {
            }

            Task.WaitAny(copy);
            stop.Dispose();
        }

        pipe.Dispose();
    }

    private void Copy(DuckStatement statement, CancellationToken cancellationToken)
    {
        try
        {
            // Where a COPY fails, the engine keeps its end of the pipe open as long as the statement is there.
            using (statement)
                statement.Execute(cancellationToken);
        }
        finally
        {
            pipe.EndWriting();
        }
    }
}
