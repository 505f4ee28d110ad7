using System.Buffers;
using System.IO.Pipelines;

namespace FlowLake.QueryApi.Hosting;

/// <summary>An answer's body that takes so many bytes and no more. What comes before the first flush is kept back, so that an answer found too large by then can still become a refusal.</summary>
/// <remarks>Later bytes are written into pieces of the server's: asked for a row's few bytes at a time, it would send a chunk every 4 KiB, and take a lock for each row.</remarks>
internal sealed class LimitedAnswer(PipeWriter inner, long bytesMax) : PipeWriter
{
    private const int PieceBytes = 64 << 10;

    private ArrayBufferWriter<byte>? first = new();
    private Memory<byte> piece;
    private int used;
    private long written;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => first?.WrittenCount ?? inner.UnflushedBytes + used;

    /// <exception cref="AnswerTooLargeException">More than the limit came.</exception>
    public override void Advance(int bytes)
    {
        written += bytes;
        if (written > bytesMax)
            throw new AnswerTooLargeException();
        if (first is not null)
            first.Advance(bytes);
        else
            used += bytes;
    }

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        if (first is not null)
            return first.GetMemory(sizeHint);
        if (piece.Length - used < Math.Max(sizeHint, 1))
        {
            HandOn();
            piece = inner.GetMemory(Math.Max(sizeHint, PieceBytes));
        }

        return piece[used..];
    }

    public override Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Release();
        return inner.FlushAsync(cancellationToken);
    }

    /// <summary>Hands on what is kept back.</summary>
    public void Release()
    {
        HandOn();
        if (first is not { } kept)
            return;
        first = null;
        inner.Write(kept.WrittenSpan);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);

    private void HandOn()
    {
        if (used > 0)
            inner.Advance(used);
        (piece, used) = (default, 0);
    }
}

/// <summary>An answer grew beyond its limit; thrown where it is written, caught by <see cref="AnswerLimit"/>.</summary>
internal sealed class AnswerTooLargeException() : Exception("an answer grew beyond its limit");
