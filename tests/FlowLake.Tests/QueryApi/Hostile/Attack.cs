using System.Net;
using System.Text;
using System.Text.Json;

namespace FlowLake.Tests.QueryApi.Hostile;

/// <summary>A request of somebody who means harm, and what has to come of it.</summary>
/// <param name="Kind">What it tries.</param>
/// <param name="Method">GET or POST.</param>
/// <param name="Target">Path and query. In it and in the body <c>{lake}</c>, <c>{file}</c> (a data file), <c>{secret}</c> (a text file) and <c>{out}</c> (an empty folder) stand for places of the server.</param>
/// <param name="Body">The body as it is sent, or null.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Says">What the answer's body holds; for an attack that is answered, the harmless answer.</param>
internal sealed record Attack(string Kind, HttpMethod Method, string Target, string? Body, HttpStatusCode Status, string? Says = null)
{
    /// <summary>Whether it runs until a limit stops it.</summary>
    public bool IsStopped { get; private init; }

    /// <summary>Whether a status is the one it must get.</summary>
    public bool Allows(HttpStatusCode status) => status == Status || IsStopped && status == HttpStatusCode.UnprocessableEntity;

    /// <summary>What the body is said to be.</summary>
    public string ContentType { get; init; } = "application/json";

    /// <summary>Statements that are refused before they run.</summary>
    public static IEnumerable<Attack> Refused(string kind, params string[] statements) => statements.Select(sql => Sql(kind, sql, HttpStatusCode.BadRequest));

    /// <summary>Statements that run until a limit stops them: that of time (408) or that of memory (422), whichever the machine comes to first.</summary>
    public static IEnumerable<Attack> Stopped(string kind, params string[] statements) => statements.Select(sql => Sql(kind, sql, HttpStatusCode.RequestTimeout) with { IsStopped = true });

    public static Attack Sql(string kind, string sql, HttpStatusCode status, string? says = null) => Raw(kind, $$"""{"sql": {{JsonSerializer.Serialize(sql)}}}""", status, says);

    public static Attack Raw(string kind, string body, HttpStatusCode status, string? says = null) => new(kind, HttpMethod.Post, "/v1/sql", body, status, says);

    public static Attack Get(string kind, string target, HttpStatusCode status, string? says = null) => new(kind, HttpMethod.Get, target, null, status, says);

    /// <summary>The attack on a server with these places.</summary>
    public Attack At(IReadOnlyDictionary<string, string> places) => this with { Target = Fill(Target, places), Body = Body is null ? null : Fill(Body, places) };

    /// <summary>All that the attacker says, and so knows already.</summary>
    public string Text => $"{Uri.UnescapeDataString(Target)}\n{Target}\n{Body}";

    /// <summary>The request, its path sent as it is.</summary>
    public HttpRequestMessage Request(Uri server) => new(Method, new Uri(server.GetLeftPart(UriPartial.Authority) + Target, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }))
    {
        Content = Body is null ? null : new ByteArrayContent(Encoding.UTF8.GetBytes(Body)) { Headers = { { "Content-Type", ContentType } } },
    };

    public override string ToString() => $"{Kind}: {Method} {Shorten(Target)} {Shorten(Body ?? "")}";

    private static string Fill(string text, IReadOnlyDictionary<string, string> places) => places.Aggregate(text, (filled, place) => filled.Replace($"{{{place.Key}}}", place.Value, StringComparison.Ordinal));

    private static string Shorten(string text) => text.Length <= 200 ? text : $"{text[..200]}... ({text.Length} characters)";
}
