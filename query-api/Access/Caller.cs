using System.Collections.Immutable;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;
using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.Access;

/// <summary>Who asks: what may be asked for, which rows are seen, and within which bounds.</summary>
/// <param name="Id">The key's id, which is no secret, or <see cref="AnonymousId"/>.</param>
internal sealed record Caller(string Id, ImmutableArray<KeyScope> Scopes, RowScope Rows, SqlLimits Limits)
{
    public const string AnonymousId = "anonymous";

    public static Caller Of(ApiKey key, SqlLimits limits) => new(key.Id, [.. key.Scopes], key.Namespaces is { } namespaces ? RowScope.Of(namespaces) : RowScope.All, limits);

    /// <summary>Whoever reaches a service without keys, which listens on the loopback alone.</summary>
    public static Caller Anonymous(SqlLimits limits) => new(AnonymousId, [.. Enum.GetValues<KeyScope>()], RowScope.All, limits);

    /// <summary>Who sent a request that was let in.</summary>
    public static Caller Of(HttpContext context) => context.Features.Get<Caller>() ?? throw new InvalidOperationException("nobody was asked for a key here");
}
