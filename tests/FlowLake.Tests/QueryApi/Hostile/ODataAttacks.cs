using System.Net;

namespace FlowLake.Tests.QueryApi.Hostile;

/// <summary>Text of OData's options, keys and paths that tries to become SQL, to reach what is not shown, or to be too much.</summary>
internal static class ODataAttacks
{
    public static IEnumerable<Attack> All =>
    [
        .. Filters.Select(filter => Rows("an injection by $filter", "$filter", filter, HttpStatusCode.BadRequest)),
        .. NotOffered.Select(filter => Rows("a function that is not offered", "$filter", filter, HttpStatusCode.NotImplemented)),
        .. Texts.Select(text => Rows("a text by $filter", "$filter", $"node eq '{text.Replace("'", "''", StringComparison.Ordinal)}'", HttpStatusCode.OK, "\"value\":[]")),
        .. Texts.Select(text => Get("a key", $"/odata/Flows('{Uri.EscapeDataString(text.Replace("'", "''", StringComparison.Ordinal))}')", HttpStatusCode.NotFound)),
        .. Orders.Select(order => Rows("an injection by $orderby", "$orderby", order, HttpStatusCode.BadRequest)),
        .. Selects.Select(select => Rows("an injection by $select", "$select", select, HttpStatusCode.BadRequest)),
        .. Applies.Select(apply => Rows("an injection by $apply", "$apply", apply, HttpStatusCode.BadRequest)),
        Rows("a text by $search", "$search", "\"x') OR true --\"", HttpStatusCode.OK, "\"value\":[]"),
        Rows("a text by $search", "$search", "\"' UNION SELECT 1 --\"", HttpStatusCode.OK, "\"value\":[]"),
        Rows("an open text", "$search", "\"x", HttpStatusCode.BadRequest),
        Rows("an open text", "$filter", "node eq 'x", HttpStatusCode.BadRequest),
        Rows("a name that is code", "$apply", "aggregate(drops with sum as x\"y)", HttpStatusCode.BadRequest),
        Rows("a name that is code", "$compute", "drops as a);DROP", HttpStatusCode.BadRequest),
        Rows("a name of the engine", "$compute", "drops as rowid", HttpStatusCode.OK),
        Rows("a name of the engine", "$apply", "groupby((node),aggregate(drops with sum as entities))", HttpStatusCode.OK),
        Rows("a name twice", "$compute", "drops as node", HttpStatusCode.BadRequest),
        Rows("a name twice", "$apply", "aggregate(drops with sum as a,drops with max as A)", HttpStatusCode.BadRequest),
        Rows("a number beyond all", "$filter", "drops eq 99999999999999999999999999999999999999999", HttpStatusCode.OK, "\"value\":[]"),
        Get("an alias", "/odata/Flows?$filter=" + Uri.EscapeDataString("node eq @p") + "&@p=" + Uri.EscapeDataString("'x' or true"), HttpStatusCode.NotImplemented),
        Get("an alias as key", "/odata/Flows(@p)?@p='x'", HttpStatusCode.BadRequest),
        Get("a key of another type", "/odata/Flows(1)", HttpStatusCode.BadRequest),
        Get("a key that is null", "/odata/Flows(null)", HttpStatusCode.BadRequest),
        Get("two keys", "/odata/Flows(a='x',b='y')", HttpStatusCode.BadRequest),
        Get("a key twice", "/odata/Flows('x')('y')", HttpStatusCode.BadRequest),
        .. new[] { "$entity?$id=Flows('x')", "Flows/$ref", "Flows/$each", "Flows('x')/node", "Flows('x')/$value", "Flows/FlowLake.FlowsRow" }.Select(path => Get("a path that is not offered", "/odata/" + path, HttpStatusCode.NotImplemented)),
        Get("a batch that is none", "/odata/$batch", HttpStatusCode.MethodNotAllowed),
        .. new[] { "$crossjoin(Flows,Dns)", "$all" }.Select(path => Get("a path that is not there", "/odata/" + path, HttpStatusCode.NotFound)),
        Get("a path that is none", "/odata/Flows/$links", HttpStatusCode.BadRequest),
        .. new[] { "sqlite_master", "duckdb_settings", "flow_rows", "information_schema.tables", "..%2f..%2fetc%2fpasswd", "%2e%2e/%2e%2e/v1", "Flows%00", "Nothing", "Flows%0d%0aX-Evil:1" }
            .Select(path => Get("a set that is not there", "/odata/" + path, path == "Flows%00" ? HttpStatusCode.BadRequest : HttpStatusCode.NotFound)),
        .. new[] { "-1", "99999999999999999999", "1e3", "x", "1;DROP", "0x10", "\u0661" }.SelectMany(number => new[] { "$top", "$skip" }.Select(option => Rows("a number that is none", option, number, HttpStatusCode.BadRequest))),
        Rows("a number without end", "$skip", "9223372036854775807", HttpStatusCode.OK, "\"value\":[]"),
        .. new[] { "x", "AAAA", "e30", "../../x", "\u00e9" }.Select(token => Rows("a page that was not given", "$skiptoken", token, HttpStatusCode.BadRequest)),
        Rows("a page of another service", "$skiptoken", new string('A', 8_000), HttpStatusCode.Gone),
        Rows("deep nesting", "$filter", new string('(', 4_500) + "true" + new string(')', 4_500), HttpStatusCode.BadRequest),
        Rows("deep nesting", "$filter", string.Concat(Enumerable.Repeat("not ", 3_000)) + "true", HttpStatusCode.BadRequest),
        Rows("deep nesting", "$filter", string.Concat(Enumerable.Repeat("tolower(", 1_500)) + "node" + new string(')', 1_500) + " eq 'x'", HttpStatusCode.BadRequest),
        Rows("deep nesting", "$filter", string.Join(" or ", Enumerable.Repeat("drops eq 1", 1_200)), HttpStatusCode.BadRequest),
        Rows("deep nesting", "$orderby", new string('(', 4_500) + "node" + new string(')', 4_500), HttpStatusCode.BadRequest),
        Rows("deep nesting", "$search", new string('(', 4_500) + "x" + new string(')', 4_500), HttpStatusCode.BadRequest),
        Rows("deep nesting", "$apply", string.Concat(Enumerable.Repeat("groupby((node),", 1_000)) + "aggregate($count as n)" + new string(')', 1_000), HttpStatusCode.NotImplemented),
        Rows("deep nesting", "$compute", new string('(', 4_500) + "drops" + new string(')', 4_500) + " as x", HttpStatusCode.BadRequest),
        Rows("many steps", "$apply", string.Join('/', Enumerable.Repeat("filter(true)", 100)), HttpStatusCode.BadRequest),
        Rows("doubling", "$apply", "compute(drops add drops as a0)" + string.Concat(Enumerable.Range(1, 30).Select(index => $"/compute(a{index - 1} add a{index - 1} as a{index})")) + "/filter(a30 gt 1)", HttpStatusCode.BadRequest),
        Rows("doubling", "$apply", "compute(concat(node,node) as a0)" + string.Concat(Enumerable.Range(1, 30).Select(index => $"/compute(concat(a{index - 1},a{index - 1}) as a{index})")), HttpStatusCode.BadRequest),
        Rows("an option nobody knows", "$where", "1=1", HttpStatusCode.BadRequest),
        Rows("an option that is not offered", "$expand", "Flows($levels=max)", HttpStatusCode.NotImplemented),
        Get("an option twice", "/odata/Flows?$top=1&$top=2", HttpStatusCode.BadRequest),
        Rows("a form that is not offered", "$format", "application/xml", HttpStatusCode.NotAcceptable),
        Rows("a form that is none", "$format", "../../x", HttpStatusCode.NotAcceptable),
    ];

    private static readonly string[] Texts = ["x' OR '1'='1", "'); DROP VIEW flows; --", "\" OR true --", "$1", "?", "{secret}", "%' ESCAPE '", "x\\' OR true --"];

    private static readonly string[] Filters =
    [
        "true) OR (1=1", "node eq 'x'; DROP VIEW flows", "node eq 'x' -- ", "node eq 'x' /* */", "1 eq 1) UNION SELECT * FROM read_text('{secret}') --", "node eq \"x\"", "getenv('HOME') eq 'x'", "read_text('{secret}') eq 'x'", "filename eq 'x'", "rowid eq 1", "entities.node eq 'x'",
        "main.flows eq 1", "node in (SELECT node)", "node in ()", "length(node", "node eq", "eq eq eq", "contains(node)", "substring(node,1,2,3) eq 'x'", "node gt 1", "$1 eq 1", "node eq $1", "window_start gt 9999-99-99T00:00:00Z",
        "Flows/any(x:x/node eq 'a')", "$it/$it/$it eq 1", "date eq 2026-02-30", "window_start eq 'x' or true", "matchesPattern(node,'(x+x+)+y')",
    ];

    private static readonly string[] NotOffered = ["replace(node,'a','b') eq 'x'", "node eq @p", "node eq @q"];

    private static readonly string[] Orders = ["node; DROP VIEW flows", "node desc, (SELECT 1)", "getenv('HOME')", "rowid", "1 --", "node desc desc", ",", "filename", "random()", "node asc, nothere"];

    private static readonly string[] Selects = ["node; DROP VIEW flows", "filename", "\"node\"", "node as x", "node,(SELECT 1)", "flow_key) FROM flows --", "count(*)"];

    private static readonly string[] Applies =
    [
        "aggregate(getenv with max as x)", "aggregate(drops with sum as x);DROP VIEW flows", "groupby((node)) UNION SELECT 1", "filter(getenv('HOME') eq 'x')", "compute(read_text('{secret}') as x)", "aggregate(drops with read_text as x)", "aggregate(drops with sum as)", "groupby((filename))",
        "groupby((node),", "/", "filter()", "aggregate()", "groupby(())", "nosuch(node)", "filter(true)//filter(true)",
    ];

    private static Attack Rows(string kind, string option, string value, HttpStatusCode status, string? says = null) => Get(kind, $"/odata/Flows?{option}={Uri.EscapeDataString(value).Replace("%7B", "{", StringComparison.Ordinal).Replace("%7D", "}", StringComparison.Ordinal)}", status, says);

    private static Attack Get(string kind, string target, HttpStatusCode status, string? says = null) => Attack.Get("OData: " + kind, target, status, says);
}
