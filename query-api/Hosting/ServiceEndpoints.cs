using System.Text.Json.Serialization.Metadata;
using FlowLake.Lake.Metrics;
using FlowLake.QueryApi.Access;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Workers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace FlowLake.QueryApi.Hosting;

/// <summary>What is not a question: the front page, the list of tables, health. What tells nothing of the lake's flows is open to all, as probes have no key.</summary>
internal static class ServiceEndpoints
{
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/", FrontPageAsync).AllowAnonymous();
        routes.MapGet("/v1/tables", TablesAsync);
        routes.MapGet("/healthz", context => WriteAsync(context, new Health("ok"), QueryJson.Default.Health)).AllowAnonymous();
        routes.MapGet("/readyz", ReadyAsync).AllowAnonymous();
        routes.MapGet("/openapi.json", OpenApiAsync).AllowAnonymous();
        routes.MapGet("/metrics", MetricsAsync).RequireScope(KeyScope.Admin);
        routes.MapFallback(context => Problem.NotFound(context.Request.Path).WriteAsync(context.Response));
    }

    private static Task FrontPageAsync(HttpContext context)
    {
        context.Response.ContentType = "text/html;charset=utf-8";
        return context.Response.WriteAsync(FrontPage.Html($"{context.Request.Scheme}://{context.Request.Host}", context.RequestServices.GetRequiredService<CallerDirectory>().AsksForKeys), context.RequestAborted);
    }

    private static async Task TablesAsync(HttpContext context)
    {
        using var lease = context.RequestServices.GetRequiredService<FlowCatalog>().Lease(SnapshotChoice.Newest, Caller.Of(context).Rows)!;
        QueryHeaders.Write(context.Response, lease.Version, lease.Lag);
        await WriteAsync(context, TableList.Of(lease), QueryJson.Default.TableList);
    }

    private static async Task OpenApiAsync(HttpContext context)
    {
        context.Response.ContentType = "application/json;charset=utf-8";
        await context.Response.BodyWriter.WriteAsync(OpenApiDocument.Content, context.RequestAborted);
    }

    private static Task ReadyAsync(HttpContext context)
    {
        if (context.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping.IsCancellationRequested)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return WriteAsync(context, new Health("stopping"), QueryJson.Default.Health);
        }

        var follower = context.RequestServices.GetRequiredService<CatalogFollower>();
        if (!follower.Ready || !context.RequestServices.GetRequiredService<WorkerPool>().IsReady)
        {
            context.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
            return WriteAsync(context, new Health("starting"), QueryJson.Default.Health);
        }

        var catalog = context.RequestServices.GetRequiredService<FlowCatalog>();
        return WriteAsync(context, new Health("ok", catalog.Version.ToString(), catalog.Lag.Versions, Math.Round(catalog.Lag.Time.TotalSeconds, 1)), QueryJson.Default.Health);
    }

    private static Task MetricsAsync(HttpContext context)
    {
        context.Response.ContentType = PrometheusText.ContentType;
        return context.Response.WriteAsync(context.RequestServices.GetRequiredService<PrometheusText>().Write(), context.RequestAborted);
    }

    private static Task WriteAsync<T>(HttpContext context, T document, JsonTypeInfo<T> type) => context.Response.WriteAsJsonAsync(document, type, cancellationToken: context.RequestAborted);
}
