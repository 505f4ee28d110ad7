using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;

namespace FlowLake.QueryApi.Access;

/// <summary>Which scope each endpoint asks for. What says nothing asks for a key; what asks for none says so.</summary>
internal static class AccessPolicies
{
    public const string ScopeClaim = "scope";

    public static IServiceCollection AddAccess(this IServiceCollection services)
    {
        services.AddSingleton<CallerDirectory>().AddAuthentication(ApiKeyHandler.SchemeName).AddScheme<AuthenticationSchemeOptions, ApiKeyHandler>(ApiKeyHandler.SchemeName, configureOptions: null);
        var authorization = services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        foreach (var scope in Enum.GetValues<KeyScope>())
            authorization.AddPolicy(KeyScopeName.Of(scope), policy => policy.RequireAuthenticatedUser().RequireClaim(ScopeClaim, KeyScopeName.Of(scope)));
        return services;
    }

    /// <summary>Opens an endpoint to keys of one scope.</summary>
    public static TBuilder RequireScope<TBuilder>(this TBuilder endpoint, KeyScope scope)
        where TBuilder : IEndpointConventionBuilder => endpoint.RequireAuthorization(KeyScopeName.Of(scope));

    /// <summary>The scope an endpoint asks for; null when any key will do.</summary>
    public static string? ScopeOf(Endpoint? endpoint) => endpoint?.Metadata.GetMetadata<IAuthorizeData>()?.Policy;
}
