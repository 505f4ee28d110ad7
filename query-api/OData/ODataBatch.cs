using System.Buffers;
using System.Collections.ObjectModel;
using FlowLake.QueryApi.Access;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace FlowLake.QueryApi.OData;

/// <summary><c>POST /odata/$batch</c> in the JSON form (OData JSON Format 4.01, section 19): questions one after the other, each as if it had come alone, with limits of its own.</summary>
/// <remarks>
/// Responses are streamed as they are made, so a batch takes no more memory than a question. As alone, an answer that fails once it has begun cuts the connection.
/// </remarks>
internal static class ODataBatch
{
    public const string Path = ODataEndpoints.Root + "/$batch";

    /// <exception cref="ODataFaultException">It is no batch.</exception>
    public static async Task AnswerAsync(HttpContext context, RequestDelegate handle)
    {
        var requests = await ODataBatchRequests.ReadAsync(context.Request);
        var goesOn = ContinuesOnError(context);
        context.Response.ContentType = "application/json;charset=utf-8";
        var output = context.Response.BodyWriter;
        output.Write("{\"responses\":["u8);
        var failed = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (index, request) in requests.Index())
        {
            if (index > 0)
                output.Write(","u8);
            var response = new ODataBatchResponse(request.Id!, output);
            await AnswerAsync(context, request, response, failed, handle);
            // Its answer was cut, and with it the connection.
            if (context.RequestAborted.IsCancellationRequested)
                return;
            response.End();
            await output.FlushAsync(context.RequestAborted);
            if (response.StatusCode >= StatusCodes.Status400BadRequest && failed.Add(request.Id!) && !goesOn)
                break;
        }

        output.Write("]}"u8);
    }

    private static async Task AnswerAsync(HttpContext outer, ODataBatchRequest request, ODataBatchResponse response, HashSet<string> failed, RequestDelegate handle)
    {
        var inner = Inner(outer, request, response);
        try
        {
            if (request.DependsOn?.FirstOrDefault(failed.Contains) is { } needed)
                throw new ODataFaultException(StatusCodes.Status424FailedDependency, $"The request {needed}, which this one depends on, failed.");
            Address(inner.Request, request.Url!);
        }
        catch (ODataFaultException fault)
        {
            await ODataAnswers.WriteErrorAsync(inner.Response, fault);
            return;
        }

        await handle(inner);
    }

    // Who asks, and what the server keeps beside the request, is the same for all.
    private static DefaultHttpContext Inner(HttpContext outer, ODataBatchRequest request, ODataBatchResponse response)
    {
        var features = new FeatureCollection();
        features.Set<IHttpRequestFeature>(new HttpRequestFeature { Method = request.Method!.ToUpperInvariant(), Scheme = outer.Request.Scheme, Protocol = outer.Request.Protocol });
        features.Set<IHttpResponseFeature>(response);
        features.Set<IHttpResponseBodyFeature>(response);
        features.Set(outer.Features.GetRequiredFeature<IHttpRequestLifetimeFeature>());
        features.Set(Caller.Of(outer));
        var inner = new DefaultHttpContext(features) { User = outer.User, Items = outer.Items, RequestServices = outer.RequestServices, TraceIdentifier = outer.TraceIdentifier };
        foreach (var (name, value) in request.Headers ?? ReadOnlyDictionary<string, string>.Empty)
            inner.Request.Headers[name] = value;
        inner.Request.Host = outer.Request.Host;
        inner.Request.PathBase = outer.Request.PathBase;
        return inner;
    }

    // Relative to the service's root, an absolute path, or a whole address of this service.
    private static void Address(HttpRequest request, string url)
    {
        var root = new Uri(ODataPaging.ServiceRoot(request) + "/");
        if (!Uri.TryCreate(root, url, out var address) || !(address.GetLeftPart(UriPartial.Path) + "/").StartsWith(root.AbsoluteUri, StringComparison.Ordinal))
            throw ODataFaultException.Bad($"{url} is no address below {root}", "url");
        request.Path = PathString.FromUriComponent(address).Value![request.PathBase.Value!.Length..];
        request.QueryString = QueryString.FromUriComponent(address);
        if (request.Path.Value == Path)
            throw ODataFaultException.Bad("a batch cannot hold a batch", "url");
    }

    private static bool ContinuesOnError(HttpContext context)
    {
        var found = ODataPreferences.Of(context.Request).FirstOrDefault(preference => preference is "continue-on-error" or "odata.continue-on-error" or "continue-on-error=true" or "odata.continue-on-error=true");
        if (found is not null)
            ODataPreferences.Applied(context.Response, found);
        return found is not null;
    }
}
