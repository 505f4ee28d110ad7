using System.Security.Claims;
using System.Text.Encodings.Web;
using FlowLake.QueryApi.Hosting;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace FlowLake.QueryApi.Access;

/// <summary>Finds out who asks: by <c>Authorization: Bearer KEY</c> or <c>X-API-Key: KEY</c>, or nobody in particular where the service has no keys.</summary>
internal sealed class ApiKeyHandler(IOptionsMonitor<AuthenticationSchemeOptions> options, ILoggerFactory logger, UrlEncoder encoder, CallerDirectory callers)
    : AuthenticationHandler<AuthenticationSchemeOptions>(options, logger, encoder)
{
    public const string SchemeName = "ApiKey";
    public const string Header = "X-API-Key";

    private const string Bearer = "Bearer ";

    protected override Task<AuthenticateResult> HandleAuthenticateAsync()
    {
        var text = Presented(Request);
        if (callers.Find(text) is not { } caller)
            return Task.FromResult(text is null ? AuthenticateResult.NoResult() : AuthenticateResult.Fail("the key is unknown, was revoked or has expired"));
        Context.Features.Set(caller);
        var identity = new ClaimsIdentity(caller.Scopes.Select(scope => new Claim(AccessPolicies.ScopeClaim, KeyScopeName.Of(scope))).Append(new Claim(ClaimTypes.NameIdentifier, caller.Id)), SchemeName);
        return Task.FromResult(AuthenticateResult.Success(new AuthenticationTicket(new ClaimsPrincipal(identity), SchemeName)));
    }

    protected override async Task HandleChallengeAsync(AuthenticationProperties properties)
    {
        // RFC 6750: a request without a key is told what is asked for, one with a bad key that it is bad.
        Response.Headers.WWWAuthenticate = (await HandleAuthenticateOnceSafeAsync()).Failure is null ? "Bearer realm=\"flowlake\"" : "Bearer realm=\"flowlake\", error=\"invalid_token\"";
        await Problem.NoKey(Presented(Request) is not null).WriteAsync(Response);
    }

    protected override async Task HandleForbiddenAsync(AuthenticationProperties properties)
    {
        var scope = AccessPolicies.ScopeOf(Context.GetEndpoint());
        Response.Headers.WWWAuthenticate = $"Bearer realm=\"flowlake\", error=\"insufficient_scope\", scope=\"{scope}\"";
        await Problem.MissingScope(scope).WriteAsync(Response);
    }

    private static string? Presented(HttpRequest request) =>
        request.Headers.Authorization.ToString() is var header && header.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase) ? header[Bearer.Length..].Trim()
        : request.Headers[Header].ToString() is { Length: > 0 } key ? key.Trim()
        : header.Length > 0 ? header
        : null;
}
