using System.Globalization;

namespace FlowLake.Lake.Objects;

/// <summary>
/// Ends requests whose connection fell silent: nothing below would ever notice. The answer's head may take as long as the limit and the request's own
/// content at a slow line's pace; then each next bytes of its body may take as long as the limit.
/// </summary>
internal sealed class SilenceLimit(TimeSpan limit, TimeProvider timeProvider, HttpMessageHandler inner) : DelegatingHandler(inner)
{
    private const double SlowLineBytesPerSecond = 450_000;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var sending = TimeSpan.FromSeconds((request.Content?.Headers.ContentLength ?? 0) / SlowLineBytesPerSecond);
        HttpResponseMessage answer = await WithinAsync(limit + sending, "no answer", token => base.SendAsync(request, token), cancellationToken);
        var body = new StreamContent(new LimitedStream(this, await answer.Content.ReadAsStreamAsync(cancellationToken)));
        foreach (KeyValuePair<string, IEnumerable<string>> header in answer.Content.Headers)
            body.Headers.TryAddWithoutValidation(header.Key, header.Value);
        answer.Content = body;
        return answer;
    }

    private Task<int> ReadAsync(Stream body, Memory<byte> buffer, CancellationToken cancellationToken) =>
        WithinAsync(limit, "no further byte", token => body.ReadAsync(buffer, token).AsTask(), cancellationToken);

    private async Task<T> WithinAsync<T>(TimeSpan time, string what, Func<CancellationToken, Task<T>> deed, CancellationToken cancellationToken)
    {
        using var silence = new CancellationTokenSource(time, timeProvider);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(silence.Token, cancellationToken);
        try
        {
            return await deed(either.Token);
        }
        catch (OperationCanceledException ended) when (silence.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new SilenceException(string.Create(CultureInfo.InvariantCulture, $"{what} within {time.TotalSeconds:0.###} s"), ended);
        }
    }

    /// <summary>An input/output error to whoever retries those.</summary>
    internal sealed class SilenceException(string message, Exception cause) : IOException(message, cause);

    private sealed class LimitedStream(SilenceLimit silence, Stream inner) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position
        {
            get => throw new NotSupportedException();
            set => throw new NotSupportedException();
        }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
            await silence.ReadAsync(inner, buffer, cancellationToken);

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

        public override int Read(byte[] buffer, int offset, int count) => ReadAsync(buffer, offset, count, CancellationToken.None).GetAwaiter().GetResult();

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            inner.Dispose();
            base.Dispose(disposing);
        }
    }
}
