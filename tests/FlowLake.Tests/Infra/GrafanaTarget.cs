using System.Text.Json;

namespace FlowLake.Tests.Infra;

/// <summary>One question of a dashboard, in the form of Grafana's Infinity data source.</summary>
/// <param name="Place">The panel or variable it belongs to.</param>
/// <param name="Json">The question.</param>
internal sealed record GrafanaTarget(string Place, JsonElement Json)
{
    public string Url => Json.GetProperty("url").GetString()!;

    public string Body => Json.GetProperty("url_options").GetProperty("data").GetString()!;

    /// <summary>The columns it takes from the answer: name there, name on the panel, and type.</summary>
    public IEnumerable<(string Selector, string Text, string Type)> Columns =>
        from column in Json.GetProperty("columns").EnumerateArray()
        select (column.GetProperty("selector").GetString()!, column.GetProperty("text").GetString()!, column.GetProperty("type").GetString()!);

    public override string ToString() => Place;
}
