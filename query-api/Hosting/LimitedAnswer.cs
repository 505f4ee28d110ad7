using System.Buffers;
using System.IO.Pipelines;

namespace FlowLake.QueryApi.Hosting;

/// <summary>An answer's body that takes so many bytes and no more. What comes before the first flush is kept back, so that an answer found too large by then can still become a refusal.</summary>
internal sealed class LimitedAnswer(PipeWriter inner, long bytesMax) : PipeWriter
{
    private ArrayBufferWriter<byte>? first = new();
    private long written;

    public override bool CanGetUnflushedBytes => inner.CanGetUnflushedBytes;

    public override long UnflushedBytes => first?.WrittenCount ?? inner.UnflushedBytes;

    private IBufferWriter<byte> Target => first ?? (IBufferWriter<byte>)inner;

    /// <exception cref="AnswerTooLargeException">More than the limit came.</exception>
    public override void Advance(int bytes)
    {
        written += bytes;
        if (written > bytesMax)
            throw new AnswerTooLargeException();
        Target.Advance(bytes);
    }

    public override Memory<byte> GetMemory(int sizeHint = 0) => Target.GetMemory(sizeHint);

    public override Span<byte> GetSpan(int sizeHint = 0) => Target.GetSpan(sizeHint);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default)
    {
        Release();
        return inner.FlushAsync(cancellationToken);
    }

    /// <summary>Hands on what is kept back.</summary>
    public void Release()
    {
        if (first is not { } kept)
            return;
        first = null;
        inner.Write(kept.WrittenSpan);
    }

    public override void CancelPendingFlush() => inner.CancelPendingFlush();

    public override void Complete(Exception? exception = null) => inner.Complete(exception);
}

/// <summary>An answer grew beyond its limit; thrown where it is written, caught by <see cref="AnswerLimit"/>.</summary>
internal sealed class AnswerTooLargeException() : Exception("an answer grew beyond its limit");
