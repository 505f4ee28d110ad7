using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.Hosting;
using FlowLake.QueryApi.OData;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace FlowLake.QueryApi.Workers;

/// <summary>The server's side of SQL and OData: who may ask, when it is their turn, and until when; the question itself is a worker's.</summary>
internal sealed class QuestionEndpoints(WorkerPool pool, QueryGate gate, FlowCatalog catalog)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(SqlEndpoints.Path, AskAsync).RequireScope(KeyScope.Sql);
        routes.MapGet(SqlEndpoints.Path, AskAsync).RequireScope(KeyScope.Sql);
        routes.MapGet(ODataEndpoints.Paths, AskAsync).RequireScope(KeyScope.Read);
        routes.MapPost(ODataBatch.Path, AskAsync).RequireScope(KeyScope.Read);
        // Every other method, to be refused in the standard's words.
        routes.Map(ODataEndpoints.Paths, AskAsync).RequireScope(KeyScope.Read);
    }

    private async Task AskAsync(HttpContext context)
    {
        var caller = Caller.Of(context);
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        stop.CancelAfter(caller.Limits.Time);
        try
        {
            // The whole body first: whoever sends slowly takes no worker's time.
            var body = await BodyAsync(context, stop.Token);
            using var turn = await gate.EnterAsync(caller, stop.Token);
            if (turn.Reached is { } reached)
                await Problem.Of(reached).AnswerAsync(context);
            else
                await ForwardAsync(context, caller, body, stop.Token);
        }
        catch (BadHttpRequestException exception)
        {
            await (exception.StatusCode == StatusCodes.Status413PayloadTooLarge ? Problem.TooLarge() : Problem.BadRequest(exception.Message) with { Status = exception.StatusCode }).AnswerAsync(context);
        }
        catch (OperationCanceledException) when (!context.RequestAborted.IsCancellationRequested && !context.Response.HasStarted)
        {
            await Problem.Of(LimitReached.Time(caller.Limits)).AnswerAsync(context);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more, or it has begun and cannot be finished: a cut connection says so.
            context.Abort();
        }
    }

    private async Task ForwardAsync(HttpContext context, Caller caller, byte[]? body, CancellationToken deadline)
    {
        var worker = await pool.TakeAsync(deadline);
        var question = worker.Begin(new QuestionSnapshots(catalog, caller.Rows));
        // An answer that is made by then may still be on its way to the client.
        using var cut = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        using var whenOver = deadline.Register(() =>
        {
            if (!worker.IsOver)
                cut.Cancel();
        });
        var cancellationToken = cut.Token;
        try
        {
            using var request = QuestionForwarder.Request(context, ForwardedQuestion.Of(question, context.TraceIdentifier, context.Request.Scheme, caller), body);
            using var answer = await worker.AskAsync(request, cancellationToken);
            await QuestionForwarder.AnswerAsync(answer, context.Response, cancellationToken);
        }
        catch (Exception exception) when (exception is HttpRequestException or IOException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            // It is gone, or has cut its answer because it could not finish it.
            if (context.Response.HasStarted)
            {
                context.Abort();
                return;
            }

            context.Response.Clear();
            var problem = await worker.EndIfItEndsAsync(cancellationToken) switch
            {
                { OutOfMemory: true } => Problem.Of(SqlErrors.TooMuchMemory),
                { BrokeDown: true } => Problem.Of(SqlErrors.BrokeDown),
                _ => Problem.Failed(),
            };
            await problem.AnswerAsync(context);
        }
        finally
        {
            pool.GiveBack(worker, question, deadline: cancellationToken.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested);
        }
    }

    private static async Task<byte[]?> BodyAsync(HttpContext context, CancellationToken cancellationToken)
    {
        // No other method has a body that is asked for.
        if (context.Request.Method != HttpMethods.Post)
            return null;
        using var body = new MemoryStream();
        await context.Request.Body.CopyToAsync(body, cancellationToken);
        var content = body.ToArray();
        context.Features.Set(new AskedBody(content));
        return content;
    }
}
