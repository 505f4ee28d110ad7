using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlowLake.Tests.Infra;

/// <summary>A dashboard as Grafana reads it from infra/grafana.</summary>
internal sealed partial class GrafanaDashboard
{
    private GrafanaDashboard(JsonElement json) => Json = json;

    public JsonElement Json { get; }

    public IEnumerable<JsonElement> Panels => Json.GetProperty("panels").EnumerateArray();

    public IEnumerable<JsonElement> Variables => Json.GetProperty("templating").GetProperty("list").EnumerateArray();

    /// <summary>Every question it asks, by where it stands: those of the panels, and those that fill the variables.</summary>
    public IEnumerable<GrafanaTarget> Targets =>
    [
        .. from variable in Variables
           where variable.GetProperty("type").GetString() == "query"
           select new GrafanaTarget($"variable {variable.GetProperty("name")}", variable.GetProperty("query").GetProperty("infinityQuery")),
        .. from panel in Panels
           from target in panel.GetProperty("targets").EnumerateArray()
           select new GrafanaTarget(panel.GetProperty("title").GetString()!, target),
    ];

    public static GrafanaDashboard Load(string path) => new(JsonDocument.Parse(File.ReadAllText(path)).RootElement);

    /// <summary>Puts values in the place of variables, as Grafana does before it sends a question.</summary>
    /// <param name="text">The text with variables.</param>
    /// <param name="values">The text each variable, with its format, becomes.</param>
    /// <exception cref="KeyNotFoundException">The text has a variable that is not among the values.</exception>
    public static string Interpolate(string text, IReadOnlyDictionary<string, string> values) =>
        VariablePlace().Replace(text, place => values[place.Groups[1].Value]);

    [GeneratedRegex(@"\$\{([^}]*)\}|\$(?=[A-Za-z_])")]
    private static partial Regex VariablePlace();
}
