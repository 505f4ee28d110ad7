using System.Globalization;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.Hosting;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Sql;

/// <summary><c>POST /v1/sql</c> and <c>GET /v1/sql?query=</c>, in a worker.</summary>
internal sealed class SqlEndpoints(SqlEngine engine, ServerLake lake, TimeProvider timeProvider, ILogger<SqlEndpoints> logger)
{
    public const string Path = "/v1/sql";

    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapPost(Path, PostAsync);
        routes.MapGet(Path, GetAsync);
    }

    private async Task PostAsync(HttpContext context)
    {
        if (!context.Request.HasJsonContentType() || context.Request.GetTypedHeaders().ContentType!.Charset.Value?.Trim('"') is { } charset && !charset.Equals("utf-8", StringComparison.OrdinalIgnoreCase))
        {
            await Problem.BadRequest("the body must be application/json in UTF-8", "{\"sql\": \"SELECT ...\"}").WriteAsync(context.Response);
            return;
        }

        SqlRequest? request;
        try
        {
            request = await context.Request.ReadFromJsonAsync(QueryJson.Default.SqlRequest, context.RequestAborted);
        }
        catch (JsonException exception)
        {
            await Problem.BadRequest($"the body is not what is expected, at {exception.Path ?? "$"} in line {exception.LineNumber + 1}", "Members are sql, parameters, format, limit, version and asOf.").WriteAsync(context.Response);
            return;
        }

        await AnswerAsync(context, request ?? new SqlRequest());
    }

    private async Task GetAsync(HttpContext context)
    {
        var query = context.Request.Query;
        if (query.Keys.FirstOrDefault(name => name is not ("query" or "format" or "limit" or "version" or "asOf")) is { } unknown)
        {
            await Problem.BadRequest($"there is no option \"{unknown}\"", "Options are query, format, limit, version and asOf.").WriteAsync(context.Response);
            return;
        }

        int? limit = null;
        if (query["limit"].ToString() is { Length: > 0 } text)
        {
            if (!int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var number))
            {
                await Problem.BadRequest($"limit is no number: {text}").WriteAsync(context.Response);
                return;
            }

            limit = number;
        }

        await AnswerAsync(context, new SqlRequest
        {
            Sql = query["query"].ToString(),
            Format = query["format"].FirstOrDefault(),
            Limit = limit,
            Version = query["version"].ToString(),
            AsOf = query["asOf"].ToString(),
        });
    }

    private async Task AnswerAsync(HttpContext context, SqlRequest request)
    {
        var caller = Caller.Of(context);
        if (Wrong(context.Request, request, caller, out var format, out var query) is { } wrong)
        {
            await wrong.WriteAsync(context.Response);
            return;
        }

        try
        {
            await RunAsync(context, query, format, request.Limit ?? caller.Limits.RowsDefault, context.RequestAborted);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more.
            context.Abort();
        }
        catch (DuckException exception)
        {
            QueryLog.EngineFailed(logger, exception);
            lake.Report(exception);
            if (context.Response.HasStarted)
                context.Abort();
            else
                await Problem.Failed().WriteAsync(context.Response);
        }
    }

    private async Task RunAsync(HttpContext context, SqlQuery query, SqlFormat format, long limit, CancellationToken cancellationToken)
    {
        switch (format == SqlFormat.Parquet ? engine.Copy(query, limit, cancellationToken) : engine.Run(query, cancellationToken))
        {
            case SqlOutcome.Refused refused:
                if (refused.Refusal.TooMuch)
                    lake.Spend();
                await Problem.Of(refused.Refusal).WriteAsync(context.Response);
                break;
            case SqlOutcome.Answer answer:
                using (var rows = answer.Rows)
                {
                    WriteHeaders(context.Response, format, limit, rows.Version, rows.Lag);
                    await new SqlWriter(rows, limit).WriteAsync(context.Response.BodyWriter, format, cancellationToken);
                }

                break;
            case SqlOutcome.File file:
                using (var parquet = file.Parquet)
                {
                    WriteHeaders(context.Response, format, limit, parquet.Version, parquet.Lag);
                    await parquet.WriteAsync(context.Response.BodyWriter, cancellationToken);
                }

                break;
        }
    }

    private static void WriteHeaders(HttpResponse response, SqlFormat format, long limit, SnapshotVersion version, SnapshotLag lag)
    {
        QueryHeaders.Write(response, version, lag);
        response.Headers[QueryHeaders.Limit] = limit.ToString(CultureInfo.InvariantCulture);
        response.ContentType = SqlFormats.ContentType(format);
    }

    private Problem? Wrong(HttpRequest http, SqlRequest request, Caller caller, out SqlFormat format, out SqlQuery query)
    {
        (format, query) = (SqlFormat.Json, new SqlQuery(request.Sql ?? "") { Scope = caller.Rows });
        if (string.IsNullOrWhiteSpace(request.Sql))
            return Problem.BadRequest("there is no statement", "POST {\"sql\": \"SELECT ...\"}, or GET /v1/sql?query=SELECT ...");
        if ((request.Format is { } name ? SqlFormats.Named(name) : SqlFormats.Accepted(http)) is not { } chosen)
        {
            return request.Format is not null
                ? Problem.BadRequest($"there is no format \"{request.Format}\"", $"Formats are {SqlFormats.Names}.")
                : Problem.NotAcceptable($"nothing of what Accept names is offered: {http.Headers.Accept}", "Accept application/json, application/x-ndjson, text/csv or application/vnd.apache.parquet, or name a format.");
        }

        format = chosen;
        if (request.Limit < 0)
            return Problem.BadRequest($"limit is {request.Limit}; it goes from 0 to {caller.Limits.RowsMax}");
        if (request.Limit is { } limit && limit > caller.Limits.RowsMax)
            return Problem.Of(LimitReached.Rows(limit, caller.Limits));
        if (SnapshotChoice.TryRead(request.Version, request.AsOf, timeProvider.GetUtcNow(), out var snapshot) is { } reason)
            return Problem.BadRequest(reason);
        query = query with { Snapshot = snapshot };
        return SqlParameters.TryRead(request.Parameters, query, out query) is { } refusal ? Problem.BadRequest(refusal.Reason, refusal.Hint) : null;
    }
}
