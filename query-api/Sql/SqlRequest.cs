using System.Text.Json;

namespace FlowLake.QueryApi.Sql;

/// <summary>The body of <c>POST /v1/sql</c>.</summary>
internal sealed record SqlRequest
{
    /// <summary>One SELECT.</summary>
    public string? Sql { get; init; }

    /// <summary>An array for <c>?</c> and <c>$1</c>, or an object for <c>$name</c>.</summary>
    public JsonElement Parameters { get; init; }

    /// <summary>json (the default), objects or csv.</summary>
    public string? Format { get; init; }

    /// <summary>Rows at most, from 0.</summary>
    public int? Limit { get; init; }
}
