using System.Buffers;
using System.IO.Pipelines;
using FlowLake.Lake.Duck;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FlowLake.QueryApi.OData;

/// <summary>One response within a batch, for the server's own code to write to: status and headers are written before the first byte of the body, which then goes through as it comes.</summary>
/// <param name="id">The id of its request.</param>
/// <param name="output">The body of the batch.</param>
internal sealed class ODataBatchResponse(string id, PipeWriter output) : PipeWriter, IHttpResponseFeature, IHttpResponseBodyFeature
{
    // A body that is no JSON is one text in the end. None is long: $metadata and $count.
    private readonly ArrayBufferWriter<byte> text = new();
    private bool isJson;

    public int StatusCode { get; set; } = StatusCodes.Status200OK;

    public string? ReasonPhrase { get; set; }

    public IHeaderDictionary Headers { get; set; } = new HeaderDictionary();

    public bool HasStarted { get; private set; }

    public PipeWriter Writer => this;

    public Stream Stream => AsStream(leaveOpen: true);

    Stream IHttpResponseFeature.Body { get => Stream; set => throw new NotSupportedException("The body of a response within a batch is not exchanged."); }

    private IBufferWriter<byte> Target => isJson ? output : text;

    public override Memory<byte> GetMemory(int sizeHint = 0)
    {
        Start();
        return Target.GetMemory(sizeHint);
    }

    public override Span<byte> GetSpan(int sizeHint = 0)
    {
        Start();
        return Target.GetSpan(sizeHint);
    }

    public override void Advance(int bytes) => Target.Advance(bytes);

    public override ValueTask<FlushResult> FlushAsync(CancellationToken cancellationToken = default) => output.FlushAsync(cancellationToken);

    public override void CancelPendingFlush() => output.CancelPendingFlush();

    /// <summary>Writes what is left of it; the batch's own body goes on.</summary>
    public void End()
    {
        Start();
        using (var writer = DuckJsonWriter.CreateWriter(output))
        {
            if (!isJson)
                writer.WriteStringValue(text.WrittenSpan);
        }

        output.Write("}"u8);
    }

    public override void Complete(Exception? exception = null)
    {
    }

    public void DisableBuffering()
    {
    }

    public Task StartAsync(CancellationToken cancellationToken = default) => Task.CompletedTask;

    public Task CompleteAsync() => Task.CompletedTask;

    public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) => throw new NotSupportedException("No answer is a file.");

    public void OnStarting(Func<object, Task> callback, object state) => throw new NotSupportedException("Nothing waits for a response within a batch.");

    public void OnCompleted(Func<object, Task> callback, object state) => throw new NotSupportedException("Nothing waits for a response within a batch.");

    private void Start()
    {
        if (HasStarted)
            return;
        HasStarted = true;
        isJson = Headers.ContentType.ToString().StartsWith("application/json", StringComparison.OrdinalIgnoreCase);
        using var writer = DuckJsonWriter.CreateWriter(output);
        writer.WriteStartObject();
        writer.WriteString("id", id);
        writer.WriteNumber("status", StatusCode);
        writer.WriteStartObject("headers");
        foreach (var (name, value) in Headers)
            writer.WriteString(name.ToLowerInvariant(), value.ToString());
        writer.WriteEndObject();
        writer.WritePropertyName("body");
    }
}
