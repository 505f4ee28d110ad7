namespace FlowLake.QueryApi.Access;

/// <summary>Scopes as users write them.</summary>
public static class KeyScopeName
{
    public static string Of(KeyScope scope) => scope switch
    {
        KeyScope.Read => "read",
        KeyScope.Sql => "sql",
        KeyScope.Admin => "admin",
        _ => throw new ArgumentOutOfRangeException(nameof(scope), scope, "a scope without a name"),
    };
}
