using System.Text.Json;
using System.Text.Json.Serialization;

namespace FlowLake.QueryApi.Sql;

/// <summary>The body of <c>POST /v1/sql</c>.</summary>
internal sealed record SqlRequest
{
    /// <summary>One SELECT.</summary>
    public string? Sql { get; init; }

    /// <summary>An array for <c>?</c> and <c>$1</c>, or an object for <c>$name</c>.</summary>
    public JsonElement Parameters { get; init; }

    /// <summary>json, objects, ndjson, csv or parquet; by default what the header Accept asks for, or json.</summary>
    public string? Format { get; init; }

    /// <summary>Rows at most, from 0.</summary>
    public int? Limit { get; init; }

    /// <summary>The version of the lake to ask, as a header <c>FlowLake-Version</c> has it; by default the newest.</summary>
    public string? Version { get; init; }

    /// <summary>A time: the version is asked that was the newest then.</summary>
    [JsonPropertyName("asOf")]
    public string? AsOf { get; init; }
}
