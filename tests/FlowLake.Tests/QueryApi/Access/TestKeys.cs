using FlowLake.QueryApi.Access;

namespace FlowLake.Tests.QueryApi.Access;

/// <summary>Keys for questions, in a file that <c>flowlake serve</c> reads.</summary>
internal static class TestKeys
{
    /// <summary>Puts a new key for OData and SQL into a file, and gives its text.</summary>
    public static string Add(string file, IReadOnlyList<string>? namespaces = null, KeyLimits? limits = null)
    {
        var (kept, text) = new NewKey { Name = "test", Scopes = [KeyScope.Read, KeyScope.Sql], Namespaces = namespaces, Limits = limits }.Make(TimeProvider.System);
        KeyFile.Change(file, document => document with { Keys = [.. document.Keys, kept] }, TimeProvider.System);
        return text;
    }
}
