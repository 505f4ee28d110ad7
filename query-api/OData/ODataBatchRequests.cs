using System.Text.Json;
using System.Text.Json.Serialization;
using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.OData;

/// <summary>The body of a batch.</summary>
internal sealed record ODataBatchRequests(IReadOnlyList<ODataBatchRequest>? Requests)
{
    /// <summary>Requests of one batch at most.</summary>
    public const int RequestsMax = 20;

    /// <summary>The requests: each of its own id, each behind those it depends on.</summary>
    /// <exception cref="ODataFaultException">The body is none of a batch, or too large.</exception>
    public static async Task<IReadOnlyList<ODataBatchRequest>> ReadAsync(HttpRequest request)
    {
        if (!request.HasJsonContentType())
            throw new ODataFaultException(StatusCodes.Status415UnsupportedMediaType, "A batch is application/json: {\"requests\": [{\"id\": \"1\", \"method\": \"GET\", \"url\": \"Flows?$top=1\"}]}.");
        try
        {
            var body = await JsonSerializer.DeserializeAsync(request.Body, ODataBatchJson.Default.ODataBatchRequests, request.HttpContext.RequestAborted);
            return Checked(body?.Requests ?? throw ODataFaultException.Bad("The batch has no requests.", "requests"));
        }
        catch (JsonException exception)
        {
            throw ODataFaultException.Bad($"The body is no batch: {exception.Message} Members of a request are id, method, url, headers and dependsOn.");
        }
    }

    private static IReadOnlyList<ODataBatchRequest> Checked(IReadOnlyList<ODataBatchRequest> requests)
    {
        if (requests.Count > RequestsMax)
            throw ODataFaultException.Bad($"The batch has {requests.Count} requests; {RequestsMax} are allowed.", "requests");
        var ids = new HashSet<string>(StringComparer.Ordinal);
        foreach (var request in requests)
        {
            if (string.IsNullOrEmpty(request.Id) || string.IsNullOrEmpty(request.Method) || string.IsNullOrEmpty(request.Url))
                throw ODataFaultException.Bad("A request of the batch lacks its id, method or url.", "requests");
            if (request.DependsOn?.FirstOrDefault(id => !ids.Contains(id)) is { } missing)
                throw ODataFaultException.Bad($"The request {request.Id} depends on {missing}, which does not come before it.", "dependsOn");
            if (!ids.Add(request.Id))
                throw ODataFaultException.Bad($"The id {request.Id} is there twice.", "id");
        }

        return requests;
    }
}

/// <summary>One request of a batch. What changes data, a body or an atomicity group, has no place here.</summary>
internal sealed record ODataBatchRequest
{
    public string? Id { get; init; }

    public string? Method { get; init; }

    /// <summary>Relative to the service's root, an absolute path, or a whole address.</summary>
    public string? Url { get; init; }

    public IReadOnlyDictionary<string, string>? Headers { get; init; }

    /// <summary>Ids of requests before it; where one of them failed, it is not asked.</summary>
    public IReadOnlyList<string>? DependsOn { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow)]
[JsonSerializable(typeof(ODataBatchRequests))]
internal sealed partial class ODataBatchJson : JsonSerializerContext;
