using System.Net;

namespace FlowLake.Tests.QueryApi.Hostile;

/// <summary>What is around a statement: encodings, parameters, versions, paths.</summary>
internal static class RequestAttacks
{
    public static IEnumerable<Attack> All =>
    [
        .. Encodings,
        .. Parameters,
        .. Versions,
        .. Paths,
    ];

    private static IEnumerable<Attack> Encodings =>
    [
        Attack.Raw("a zero", """{"sql": "SELECT 1\u0000; DROP VIEW flows"}""", HttpStatusCode.BadRequest),
        Attack.Raw("a zero", """{"sql": "\u0000SELECT 1"}""", HttpStatusCode.BadRequest),
        Attack.Get("a zero", "/v1/sql?query=SELECT%201%00", HttpStatusCode.BadRequest),
        Attack.Raw("half a character", """{"sql": "SELECT '\ud800'"}""", HttpStatusCode.BadRequest),
        Attack.Raw("half a character", """{"sql": "SELECT '\udc00\ud800'"}""", HttpStatusCode.BadRequest),
        Attack.Raw("half a character", """{"sql": "SELECT ?", "parameters": ["\ud800"]}""", HttpStatusCode.BadRequest),
        Attack.Raw("half a character", """{"sql": "SELECT $a", "parameters": {"a": "\udfff"}}""", HttpStatusCode.BadRequest),
        Attack.Raw("half a character", """{"sql": "SELECT $a", "parameters": {"\ud800": "a"}}""", HttpStatusCode.BadRequest),
        Attack.Raw("half a character", """{"sql": "SELECT 1", "version": "\ud800"}""", HttpStatusCode.BadRequest),
        Attack.Get("bytes that are no UTF-8", "/v1/sql?query=SELECT%20%27%ff%fe%27", HttpStatusCode.OK),
        Attack.Get("bytes that are no UTF-8", "/v1/sql?query=SELECT%20%27%ed%a0%80%27", HttpStatusCode.OK),
        Attack.Get("bytes that are no UTF-8", "/v1/sql?query=SELECT%20*%20FROM%20%22%c0%af%c0%ae%c0%ae%22", HttpStatusCode.BadRequest),
        .. Attack.Refused("quotes of Unicode", "SELECT * FROM \u2018{file}\u2019", "SELECT * FROM \u201c{file}\u201d", "SELECT * FROM \uff02{file}\uff02", "SELECT * FROM U&\"\\0066lows_files\"", "SELECT \u2018a\u2019", "SELECT * FROM \u0060{file}\u0060", "SELECT 1\uff1bSELECT 2"),
        .. Attack.Refused("comments", "SELECT/**/*/**/FROM/**/'{file}'", "SELECT * FROM--\n'{file}'", "SELECT * FROM /*/* nested */*/ '{file}'", "SELECT 1 /*", "/*! SELECT */ DROP VIEW flows", "SELECT 1 --\n; DROP VIEW flows"),
        .. Attack.Refused("odd spaces", "SELECT\u00a0*\u00a0FROM\u00a0'{file}'", "SELECT\u2028*\u2029FROM '{file}'", "\ufeffSELECT * FROM '{file}'", "SELECT * FROM\v'{file}'", "SELECT * FROM\f'{file}'"),
        .. Attack.Refused("letters that only look so", "SELECT * FROM fl\u043ews", "\uff33\uff25\uff2c\uff25\uff23\uff34 1", "SELECT ge\u0442env('HOME')", "SELECT * FROM \u202eswolf"),
        Attack.Sql("a text and no code", "SELECT $$'; DROP VIEW flows; --$$ AS x", HttpStatusCode.OK, "'; DROP VIEW flows; --"),
        Attack.Sql("a text and no code", "SELECT e'\\'; DROP VIEW flows; --' AS x", HttpStatusCode.OK, "'; DROP VIEW flows; --"),
        Attack.Sql("a name and no code", "SELECT 1 AS \"a\"\"; DROP VIEW flows; --\"", HttpStatusCode.OK, "[[1]]"),
        .. new[] { "application/json; charset=nothing", "application/json; charset=utf-7", "text/plain", "application/json; charset=utf-16", "multipart/form-data; boundary=x" }
            .Select(type => Attack.Raw("another content", """{"sql": "SELECT 1"}""", HttpStatusCode.BadRequest) with { ContentType = type }),
        Attack.Get("the statement twice", "/v1/sql?query=SELECT%201&query=SELECT%202", HttpStatusCode.BadRequest),
    ];

    private static IEnumerable<Attack> Parameters =>
    [
        Attack.Raw("a parameter that is code", """{"sql": "SELECT count(*) FROM flows WHERE node = ?", "parameters": ["x' OR '1'='1"]}""", HttpStatusCode.OK, "[[0]]"),
        Attack.Raw("a parameter that is code", """{"sql": "SELECT count(*) FROM flows WHERE node = $a", "parameters": {"a": "'); DROP VIEW flows; --"}}""", HttpStatusCode.OK, "[[0]]"),
        // What bounds are taken from becomes a part of another statement.
        Attack.Raw("a bound that is code", """{"sql": "SELECT count(*) FROM flows WHERE zone = '''); DROP VIEW flows; --'"}""", HttpStatusCode.OK, "[[0]]"),
        Attack.Raw("a bound that is code", """{"sql": "SELECT count(*) FROM flows WHERE date = ?", "parameters": ["2026-11-20') OR (SELECT count(*) FROM read_text('{secret}')) > 0 --"]}""", HttpStatusCode.OK),
        Attack.Raw("a bound that is code", """{"sql": "SELECT count(*) FROM flows WHERE window_start > $$2026' || getenv('HOME') || '$$"}""", HttpStatusCode.BadRequest),
        Attack.Raw("a bound that is code", """{"sql": "SELECT count(*) FROM flows WHERE zone IN ('a', ?) AND protocol = $$\\'$$", "parameters": ["\\'"]}""", HttpStatusCode.OK, "[[0]]"),
        Attack.Raw("a bound by a function", """{"sql": "SELECT count(*) FROM flows WHERE date > date_trunc(getenv('HOME'), now())"}""", HttpStatusCode.BadRequest),
        Attack.Raw("a parameter as a table", """{"sql": "SELECT * FROM ?", "parameters": ["{file}"]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a parameter as a table", """{"sql": "SELECT * FROM read_text(?)", "parameters": ["{secret}"]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a parameter as a name", """{"sql": "SELECT * FROM IDENTIFIER(?)", "parameters": ["{file}"]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a parameter as a time zone", """{"sql": "SELECT now() AT TIME ZONE ?", "parameters": ["../../../etc/passwd"]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a parameter as a format", """{"sql": "SELECT strftime(now(), ?)", "parameters": ["%n%s%x%999999999d"]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a parameter as a pattern", """{"sql": "SELECT regexp_matches('x', ?)", "parameters": ["((("]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a parameter as a limit", """{"sql": "SELECT * FROM range(3) LIMIT ?", "parameters": [-1]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a parameter with a zero", """{"sql": "SELECT length(?)", "parameters": ["a\u0000b"]}""", HttpStatusCode.OK, "[[3]]"),
        Attack.Raw("a name twice", """{"sql": "SELECT $a", "parameters": {"a": 1, "A": 2}}""", HttpStatusCode.BadRequest),
        Attack.Raw("a name twice", """{"sql": "SELECT $a", "parameters": {"a": 1, "a": 2}}""", HttpStatusCode.BadRequest),
        Attack.Raw("a member twice", """{"sql": "SELECT 1", "sql": "SELECT * FROM '{file}'"}""", HttpStatusCode.BadRequest),
        Attack.Raw("a huge number", """{"sql": "SELECT ?", "parameters": [1e999]}""", HttpStatusCode.OK, "[[null]]"),
        Attack.Raw("a huge number", """{"sql": "SELECT $99999999999999999999", "parameters": [1]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a number beyond all places", """{"sql": "SELECT $1000000", "parameters": [1]}""", HttpStatusCode.BadRequest),
        Attack.Raw("no place", """{"sql": "SELECT $0", "parameters": [1]}""", HttpStatusCode.OK, "[[1]]"),
        Attack.Raw("mixed places", """{"sql": "SELECT $1, $a", "parameters": [1, 2]}""", HttpStatusCode.BadRequest),
        Attack.Raw("too many", $$"""{"sql": "SELECT ?", "parameters": [{{string.Join(",", Enumerable.Repeat("1", 1_001))}}]}""", HttpStatusCode.BadRequest),
        Attack.Raw("too few", """{"sql": "SELECT ?, ?", "parameters": [1]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a structure", """{"sql": "SELECT ?", "parameters": [{"a": 1}]}""", HttpStatusCode.BadRequest),
        Attack.Raw("a limit", """{"sql": "SELECT 1", "limit": 99999999999999}""", HttpStatusCode.BadRequest),
        Attack.Raw("a format", """{"sql": "SELECT 1", "format": "../../x"}""", HttpStatusCode.BadRequest),
        Attack.Get("a limit", "/v1/sql?query=SELECT%201&limit=-1", HttpStatusCode.BadRequest),
        Attack.Get("an option nobody knows", "/v1/sql?query=SELECT%201&settings=x", HttpStatusCode.BadRequest),
    ];

    private static IEnumerable<Attack> Versions =>
    [
        .. new[] { "1.0.-1.-1' OR 1=1", "../../etc/passwd", "-1.-1.-1.-1.-1", "99999999999999999999.0.0.0", "0x1.0.-1.-1", "1e3.0.-1.-1", "\u0661.0.-1.-1", " ", "%s%n", "null" }
            .Select(version => Attack.Raw("a version that is none", $$"""{"sql": "SELECT 1", "version": "{{version}}"}""", HttpStatusCode.BadRequest)),
        Attack.Raw("a version that is not held", """{"sql": "SELECT 1", "version": "9223372036854775807.0.-1.-1"}""", HttpStatusCode.Gone),
        Attack.Raw("a version that is not held", """{"sql": "SELECT 1", "version": "0.0.0.0"}""", HttpStatusCode.Gone),
        Attack.Raw("a time long ago", """{"sql": "SELECT 1", "asOf": "0001-01-01T00:00:00Z"}""", HttpStatusCode.Gone),
        Attack.Raw("a time to come", """{"sql": "SELECT 1", "asOf": "9999-12-31T23:59:59.9999999Z"}""", HttpStatusCode.BadRequest),
        Attack.Raw("a time that is none", """{"sql": "SELECT 1", "asOf": "0001-01-01T00:00:00+14:00"}""", HttpStatusCode.BadRequest),
        Attack.Raw("a time that is none", """{"sql": "SELECT 1", "asOf": "now()"}""", HttpStatusCode.BadRequest),
        Attack.Get("both", "/v1/sql?query=SELECT%201&version=1.0.-1.-1&asOf=2026-11-20", HttpStatusCode.BadRequest),
        Attack.Get("a version of OData that is none", "/odata/Flows?version=../../x", HttpStatusCode.BadRequest),
        Attack.Get("a version of OData that is not held", "/odata/Flows?version=9999.0.0.0", HttpStatusCode.Gone),
    ];

    private static IEnumerable<Attack> Paths =>
    [
        Attack.Get("a path out", "/../../../../etc/passwd", HttpStatusCode.NotFound),
        Attack.Get("a path out", "/%2e%2e/%2e%2e/etc/passwd", HttpStatusCode.NotFound),
        Attack.Get("a path out", "/v1/..%2f..%2fetc%2fpasswd", HttpStatusCode.NotFound),
        Attack.Get("a path that is not there", "/debug/pprof", HttpStatusCode.NotFound),
        Attack.Get("a path that is not there", "/v1/sql/../../{lake}", HttpStatusCode.NotFound),
    ];
}
