using System.Text.Json.Serialization;

namespace FlowLake.QueryApi.Access;

/// <summary>What a key may ask for. None includes another.</summary>
[JsonConverter(typeof(KeyScopeJson))]
public enum KeyScope
{
    /// <summary>OData.</summary>
    Read,

    /// <summary>SQL.</summary>
    Sql,

    /// <summary>What is about the service and not about flows: its metrics.</summary>
    Admin,
}

/// <summary>Scopes as words in lower case, and as nothing else.</summary>
public sealed class KeyScopeJson() : JsonStringEnumConverter<KeyScope>(System.Text.Json.JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false);
