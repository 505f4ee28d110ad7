using System.Collections.Immutable;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.Hosting;
using FlowLake.QueryApi.Relations;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Sql;
using FlowLake.QueryApi.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;
using Microsoft.OData;
using Microsoft.OData.Edm;
using Microsoft.OData.UriParser;

namespace FlowLake.QueryApi.OData;

/// <summary>OData 4.0 under <c>/odata</c>: the service document, $metadata, entity sets, single entities and $count, in a worker. Read only.</summary>
internal sealed class ODataEndpoints(ODataModel model, ServerLake lake, ODataPageKey key, TimeProvider timeProvider, ILogger<ODataEndpoints> logger)
{
    public const string Root = "/odata";

    /// <summary>Everything below <see cref="Root"/>, and it itself.</summary>
    public const string Paths = Root + "/{**path}";

    private readonly ODataTranslator translator = new(model);

    public void Map(IEndpointRouteBuilder routes) => routes.Map(Paths, HandleAsync);

    private async Task HandleAsync(HttpContext context)
    {
        context.Response.Headers["OData-Version"] = ODataVersions.Answered;
        var isBatch = context.Request.Path.Value == ODataBatch.Path;
        try
        {
            ODataVersions.Check(context.Request);
            if (context.Request.Method != (isBatch ? HttpMethods.Post : HttpMethods.Get))
                throw ODataFaultException.Method(isBatch ? HttpMethods.Post : HttpMethods.Get);
            await (isBatch ? ODataBatch.AnswerAsync(context, HandleAsync) : AnswerAsync(context));
        }
        catch (ODataFaultException fault) when (!context.Response.HasStarted)
        {
            await ODataAnswers.WriteErrorAsync(context.Response, fault);
        }
    }

    private async Task AnswerAsync(HttpContext context)
    {
        var options = ODataOptions.Read(context.Request.Query);
        var format = options.GetValueOrDefault("$format");
        // The path is taken apart by the library, from the text as it was sent.
        var path = Path(context.Request);
        switch (path)
        {
            case []:
                await ODataAnswers.WriteServiceDocumentAsync(context, model, ODataFormat.Of(context.Request, format));
                break;
            case [MetadataSegment]:
                if (format is not (null or "xml" or "application/xml"))
                    throw new ODataFaultException(StatusCodes.Status406NotAcceptable, "$metadata is application/xml.");
                await ODataAnswers.WriteMetadataAsync(context.Response, model);
                break;
            case [EntitySetSegment set]:
                await RowsAsync(context, set.EntitySet, options, ODataFormat.Of(context.Request, format));
                break;
            case [EntitySetSegment set, CountSegment]:
                await CountAsync(context, set.EntitySet, options);
                break;
            case [EntitySetSegment set, KeySegment entity]:
                await EntityAsync(context, set.EntitySet, (string)entity.Keys.Single().Value, options, ODataFormat.Of(context.Request, format));
                break;
            default:
                throw ODataFaultException.NotSupported("Paths lead to an entity set, to one entity by its key, or to $count of a set.");
        }
    }

    private async Task RowsAsync(HttpContext context, IEdmEntitySet set, Dictionary<string, string> options, ODataFormat format)
    {
        var query = translator.Translate(set, options);
        var question = ODataSkipToken.QuestionOf(set.Name, options, Caller.Of(context).Rows);
        var token = options.TryGetValue("$skiptoken", out var text) ? ODataSkipToken.Read(text, key, question) : null;
        using var lease = Lease(context, token?.Snapshot);
        var delivered = token?.Delivered ?? 0;
        var left = query.Top is { } top ? Math.Max(0, top - delivered) : long.MaxValue;
        var page = Math.Min(left, Math.Min(ODataPaging.PageSize(context), Caller.Of(context).Limits.RowsMax));
        await RunAsync(context, lease, query, async (connection, cancellationToken) =>
        {
            // One row more than the page tells whether there is another.
            var (sql, parameters) = query.RowsSql(lease, page + (left > page ? 1 : 0), token);
            var count = token?.Count ?? (query.Count ? ScalarCount(connection, query, lease, cancellationToken) : null);
            using var result = connection.Query(sql, cancellationToken, parameters);
            string NextLink(ImmutableArray<ODataKeyValue> last) =>
                ODataPaging.NextLink(context.Request, new ODataSkipToken(lease.Version.ToString(), question, delivered + page, count, last).Write(key));
            await ODataAnswers.WriteRowsAsync(context, new ODataPage(query, set, format, count, page, NextLink), result, cancellationToken);
        });
    }

    private async Task CountAsync(HttpContext context, IEdmEntitySet set, Dictionary<string, string> options)
    {
        if (options.Keys.FirstOrDefault(name => name is not ("$apply" or "$compute" or "$search" or "$filter" or "$format")) is { } other)
            throw ODataFaultException.Bad($"{other} does not go with $count.");
        var query = translator.Translate(set, options);
        using var lease = Lease(context);
        await RunAsync(context, lease, query, (connection, cancellationToken) =>
            ODataAnswers.WriteCountAsync(context.Response, ScalarCount(connection, query, lease, cancellationToken)));
    }

    private async Task EntityAsync(HttpContext context, IEdmEntitySet set, string id, Dictionary<string, string> options, ODataFormat format)
    {
        if (options.Keys.FirstOrDefault(name => name is not ("$select" or "$format")) is { } other)
            throw ODataFaultException.Bad($"{other} does not go with a single entity.");
        var all = translator.Translate(set, options);
        var query = all with { Rows = all.Rows.OfKey(id), Parameters = [id], RowsParameters = 1 };
        using var lease = Lease(context);
        await RunAsync(context, lease, query, async (connection, cancellationToken) =>
        {
            var (sql, parameters) = query.RowsSql(lease, limit: 1);
            using var result = connection.Query(sql, cancellationToken, parameters);
            if (!result.Read())
                throw new ODataFaultException(StatusCodes.Status404NotFound, $"{set.Name} has no entity of this key in version {lease.Version}.");
            await ODataAnswers.WriteEntityAsync(context, query, set, format, result);
        });
    }

    // A further page is of the version the first was of; otherwise version or asOf says, or it is the newest.
    private SnapshotLease Lease(HttpContext context, SnapshotVersion? page = null)
    {
        if (SnapshotChoice.TryRead(context.Request.Query["version"], context.Request.Query["asOf"], timeProvider.GetUtcNow(), out var choice) is { } reason)
            throw ODataFaultException.Bad(reason);
        if (page is { } version)
            choice = SnapshotChoice.Of(version);
        return lake.Acquire(choice, Caller.Of(context).Rows) ?? throw ODataFaultException.Gone(choice.GoneMessage);
    }

    private async Task RunAsync(HttpContext context, SnapshotLease lease, ODataQuery query, Func<DuckConnection, CancellationToken, Task> run)
    {
        QueryHeaders.Write(context.Response, lease.Version, lease.Lag);
        try
        {
            using var connection = lease.Connect();
            if (SqlGuard.CheckSize(connection, $"SELECT * FROM {query.Rows.From}") is { } refusal)
                throw ODataFaultException.Bad(refusal.Reason);
            await run(connection, context.RequestAborted);
        }
        catch (RowsNotHereException exception)
        {
            throw ODataFaultException.Of(exception.Rows);
        }
        catch (OperationCanceledException)
        {
            // Nobody waits for it any more.
            context.Abort();
        }
        catch (DuckException exception) when (!context.Response.HasStarted)
        {
            var refusal = SqlErrors.Refusal(exception, lake.PrivatePaths);
            if (refusal is null)
                Report(exception);
            else if (refusal.TooMuch)
                lake.Spend();
            throw refusal is null
                ? new ODataFaultException(StatusCodes.Status500InternalServerError, "The engine could not read the tables.")
                : new ODataFaultException(refusal.TooMuch ? StatusCodes.Status422UnprocessableEntity : StatusCodes.Status400BadRequest, refusal.Reason);
        }
        catch (DuckException exception)
        {
            Report(exception);
            context.Abort();
        }
    }

    private void Report(DuckException exception)
    {
        QueryLog.EngineFailed(logger, exception);
        lake.Report(exception);
    }

    private static long ScalarCount(DuckConnection connection, ODataQuery query, SnapshotLease lease, CancellationToken cancellationToken)
    {
        using var result = connection.Query(query.CountSql(lease), cancellationToken, [.. query.Parameters.Take(query.RowsParameters)]);
        return result.Read() ? (long)result.GetValue(0, 0)! : 0;
    }

    private ODataPathSegment[] Path(HttpRequest request)
    {
        var relative = request.Path.Value![Root.Length..].TrimStart('/');
        if (relative.Length == 0)
            return [];
        try
        {
            return [.. new ODataUriParser(model.Model, new Uri(Uri.EscapeDataString(relative).Replace("%2F", "/", StringComparison.Ordinal), UriKind.Relative)).ParsePath()];
        }
        catch (ODataUnrecognizedPathException)
        {
            throw new ODataFaultException(StatusCodes.Status404NotFound, $"There is no {relative} here. Entity sets are {string.Join(", ", model.EntitySets)}.");
        }
        catch (ODataException exception)
        {
            throw ODataFaultException.Bad(exception.Message);
        }
    }
}
