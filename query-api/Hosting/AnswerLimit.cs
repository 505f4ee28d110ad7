using System.IO.Pipelines;
using FlowLake.QueryApi.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FlowLake.QueryApi.Hosting;

/// <summary>Holds answers to the bytes their caller may have: 413 while nothing was sent, and a cut connection afterwards, as nothing else tells a client that an answer is not whole.</summary>
internal static class AnswerLimit
{
    public static async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        // What asks for no key answers with little.
        if (context.Features.Get<Caller>() is not { } caller)
        {
            await next(context);
            return;
        }

        var inner = context.Features.GetRequiredFeature<IHttpResponseBodyFeature>();
        var answer = new LimitedAnswer(inner.Writer, caller.Limits.BytesMax);
        context.Features.Set<IHttpResponseBodyFeature>(new Body(inner, answer));
        try
        {
            await next(context);
            answer.Release();
        }
        catch (AnswerTooLargeException) when (!context.Response.HasStarted)
        {
            context.Features.Set(inner);
            context.Response.Clear();
            await Problem.Of(LimitReached.Bytes(caller.Limits)).WriteAsync(context.Response);
        }
        catch (AnswerTooLargeException)
        {
            context.Abort();
        }
        finally
        {
            context.Features.Set(inner);
        }
    }

    private sealed class Body(IHttpResponseBodyFeature inner, LimitedAnswer answer) : IHttpResponseBodyFeature
    {
        public Stream Stream { get; } = answer.AsStream(leaveOpen: true);

        public PipeWriter Writer => answer;

        public void DisableBuffering() => inner.DisableBuffering();

        public Task StartAsync(CancellationToken cancellationToken = default) => inner.StartAsync(cancellationToken);

        public Task SendFileAsync(string path, long offset, long? count, CancellationToken cancellationToken = default) =>
            SendFileFallback.SendFileAsync(Stream, path, offset, count, cancellationToken);

        public Task CompleteAsync()
        {
            answer.Release();
            return inner.CompleteAsync();
        }
    }
}
