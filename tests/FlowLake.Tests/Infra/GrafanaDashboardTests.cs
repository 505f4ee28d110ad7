using FlowLake.Tests.Tidy;
using Xunit;

namespace FlowLake.Tests.Infra;

/// <summary>What Grafana would refuse or show wrongly, without asking anything yet.</summary>
public sealed class GrafanaDashboardTests
{
    private const string PluginType = "yesoreyeram-infinity-datasource";
    private const int GridColumns = 24;

    private readonly GrafanaDashboard dashboard = GrafanaDashboard.Load(Path.Combine(Checkout.Root, "infra/grafana/zone-matrix.json"));

    [Fact]
    public void Every_question_goes_to_the_provisioned_data_source()
    {
        var provisioned = File.ReadAllLines(Path.Combine(Checkout.Root, "infra/grafana/datasource.yaml")).Select(line => line.Trim()).ToList();
        Assert.Contains("uid: flowlake", provisioned);
        Assert.Contains($"type: {PluginType}", provisioned);
        Assert.All(
            [.. dashboard.Targets.Select(target => target.Json), .. dashboard.Panels],
            asker => Assert.Equal((PluginType, "flowlake"), (asker.GetProperty("datasource").GetProperty("type").GetString(), asker.GetProperty("datasource").GetProperty("uid").GetString())));
    }

    [Fact]
    public void Every_question_is_asked_by_the_server_so_that_alerts_can_ask_it_too() =>
        Assert.All(dashboard.Targets, target =>
        {
            Assert.Equal("backend", target.Json.GetProperty("parser").GetString());
            Assert.Equal("POST", target.Json.GetProperty("url_options").GetProperty("method").GetString());
            Assert.Equal("application/json", target.Json.GetProperty("url_options").GetProperty("body_content_type").GetString());
        });

    [Fact]
    public void No_panel_covers_another()
    {
        var cells = dashboard.Panels.SelectMany(panel =>
        {
            var place = panel.GetProperty("gridPos");
            var (x, y, width, height) = (Number("x"), Number("y"), Number("w"), Number("h"));
            Assert.InRange(x + width, 1, GridColumns);
            return from column in Enumerable.Range(x, width) from row in Enumerable.Range(y, height) select (column, row);

            int Number(string name) => place.GetProperty(name).GetInt32();
        }).ToList();
        Assert.Equal(cells.Count, cells.Distinct().Count());
    }

    [Fact]
    public void Every_panel_has_a_number_of_its_own_a_title_and_words_on_what_it_shows()
    {
        Assert.Equal(dashboard.Panels.Count(), dashboard.Panels.Select(panel => panel.GetProperty("id").GetInt32()).Distinct().Count());
        Assert.All(dashboard.Panels, panel =>
        {
            Assert.NotEmpty(panel.GetProperty("title").GetString()!);
            Assert.NotEmpty(panel.GetProperty("description").GetString()!);
        });
    }

    [Fact]
    public void What_is_said_of_a_column_is_said_of_one_that_is_there() =>
        Assert.All(dashboard.Panels, panel =>
        {
            var columns = panel.GetProperty("targets").EnumerateArray().SelectMany(target => new GrafanaTarget("", target).Columns).Select(column => column.Text).ToHashSet();
            foreach (var transformation in panel.GetProperty("transformations").EnumerateArray())
            {
                var options = transformation.GetProperty("options");
                string[] named = [.. new[] { "rowField", "columnField", "valueField" }.Select(field => options.GetProperty(field).GetString()!)];
                Assert.All(named, column => Assert.Contains(column, columns));
                // The matrix has a first column named after both, and one more for each value, which no statement can name.
                columns = [$"{named[0]}\\{named[1]}"];
            }

            Assert.All(
                panel.GetProperty("fieldConfig").GetProperty("overrides").EnumerateArray(),
                rule => Assert.Contains(rule.GetProperty("matcher").GetProperty("options").GetString()!, columns));
        });

    [Fact]
    public void Every_variable_is_used()
    {
        var asked = string.Concat(dashboard.Targets.Select(target => target.Body));
        Assert.All(dashboard.Variables, variable => Assert.Contains($"${{{variable.GetProperty("name").GetString()}", asked, StringComparison.Ordinal));
    }
}
