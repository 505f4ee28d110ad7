using System.Buffers;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Answers 413 to a body above <see cref="ServerLimits.BodyBytesMax"/> so that the client gets to read it.</summary>
/// <remarks>
/// A socket closed with unread bytes resets its connection, and a client that is still sending then sees the reset and never the answer. So after the answer, what
/// still comes is read and thrown away for a while. Kestrel's own limit closes at once.
/// </remarks>
internal static class BodyLimit
{
    private static readonly TimeSpan DrainTime = TimeSpan.FromSeconds(5);

    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var body = new LimitedBody(context.Request.Body);
        context.Request.Body = body;
        if (context.Request.ContentLength is > ServerLimits.BodyBytesMax)
        {
            // The whole is never read, however long it is said to be.
            context.Features.GetRequiredFeature<IHttpMaxRequestBodySizeFeature>().MaxRequestBodySize = null;
            await Problem.TooLarge().WriteAsync(context.Response);
        }
        else
        {
            // A body in chunks has no length; whoever reads it meets the limit as an exception and answers.
            await next(context);
        }

        if (context.Response.StatusCode == StatusCodes.Status413PayloadTooLarge)
            await EndAsync(context, body.Inner);
    }

    private static async Task EndAsync(HttpContext context, Stream rest)
    {
        await context.Response.CompleteAsync();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        stop.CancelAfter(DrainTime);
        var buffer = ArrayPool<byte>.Shared.Rent(64 << 10);
        try
        {
            for (long drained = 0; drained < ServerLimits.DrainBytesMax;)
            {
                var read = await rest.ReadAsync(buffer, stop.Token);
                if (read == 0)
                    return;
                drained += read;
            }
        }
        catch (Exception exception) when (exception is OperationCanceledException or IOException)
        {
            // It went away, sent no more in time or no well-formed chunk: it has its answer.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
