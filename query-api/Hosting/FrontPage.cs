using System.Net;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Hosting;

/// <summary>The page at <c>/</c>: what is here and how to ask.</summary>
internal static class FrontPage
{
    /// <param name="origin">Where the service is, as the browser asked for it.</param>
    /// <param name="asksForKeys">Whether questions need a key.</param>
    public static string Html(string origin, bool asksForKeys) => $$"""
        <!doctype html>
        <html lang="en">
        <head><meta charset="utf-8"><title>FlowLake</title>
        <style>body { font: 16px/1.5 sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem } pre { background: #eee; padding: .5rem; white-space: pre-wrap }</style></head>
        <body>
        <h1>FlowLake</h1>
        <p>Who sends what to whom across availability zones, and what it costs.</p>
        <h2>Ask</h2>
        {{(asksForKeys ? "<p>Questions need a key, and so do the links to tables. Whoever runs this service makes one: <code>flowlake key create</code>.</p>" : "")}}
        <pre>curl -s {{WebUtility.HtmlEncode(origin)}}/v1/sql{{Key(asksForKeys)}} -H 'Content-Type: application/json' \
          -d '{"sql": "SELECT src_zone, dst_zone, sum(bytes) AS bytes, sum(dollars) AS dollars FROM zone_traffic GROUP BY ALL ORDER BY bytes DESC"}'</pre>
        <pre>curl -s{{Key(asksForKeys)}} '{{WebUtility.HtmlEncode(origin)}}/odata/ZoneTraffic?$filter=cross_zone&amp;$orderby=bytes%20desc&amp;$top=10'</pre>
        <h2>Tables</h2>
        <dl>
        {{string.Concat(FlowRelations.All.Select(relation => $"<dt><code>{relation.Name}</code>{(relation.EntitySet is null ? "" : $", <a href=\"/odata/{relation.EntitySet}?$top=10\">/odata/{relation.EntitySet}</a>")}</dt><dd>{WebUtility.HtmlEncode(relation.Description)}</dd>\n"))}}
        </dl>
        <p><a href="/v1/tables">Columns and units</a> · <a href="/odata">OData</a> · <a href="/odata/$metadata">$metadata</a> · <a href="/openapi.json">OpenAPI</a> · <a href="/readyz">readyz</a></p>
        </body>
        </html>
        """;

    private static string Key(bool asked) => asked ? " -H 'Authorization: Bearer KEY'" : "";
}
