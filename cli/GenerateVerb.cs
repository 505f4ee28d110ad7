using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.Lake.Generation;
using FlowLake.Schemas.Generation;

namespace FlowLake.Cli;

/// <summary><c>flowlake generate</c>: fills a lake with a made-up cluster's traffic, for trying things at size.</summary>
internal static class GenerateVerb
{
    public static Command Create()
    {
        var lake = CommonOptions.Lake();
        var nodes = new Option<int>("--nodes") { Description = $"Nodes of the cluster, {GeneratedCluster.NodesMin} to {GeneratedCluster.NodesMax}, over three zones.", HelpName = "N", DefaultValueFactory = _ => 10 };
        var rows = new Option<long?>("--rows") { Description = "Whole windows are made until there are so many rows.", HelpName = "N" };
        var hours = new Option<double?>("--hours") { Description = "How long the traffic lasts, up to now. Default, without --rows: 1.", HelpName = "H" };
        var window = CommonOptions.Duration("--window", "Length of one window, 1s to 1h. Default: 60s.");
        var seed = new Option<ulong>("--seed") { Description = "Equal seeds make equal rows for equal times.", HelpName = "S", DefaultValueFactory = _ => 1 };
        var direct = new Option<bool>("--direct") { Description = "Commit the rows to the tables, those of coverage, dns and drops too, instead of putting inbox files for ingest." };
        var json = new Option<bool>("--json") { Description = "One JSON object of what was made." };
        var command = new Command("generate", "Fills a lake with a made-up cluster's traffic: skewed workloads, lognormal counters, a daily rhythm, deployments.") { lake, nodes, rows, hours, window, seed, direct, json };
        command.Validators.Add(result =>
        {
            if (result.GetValue(rows) is not null && result.GetValue(hours) is not null)
                result.AddError("--rows and --hours exclude each other: choose one.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var totals = await GeneratedLake.MakeAsync(
                new GenerateOptions
                {
                    Lake = parsed.GetValue(lake)!,
                    Nodes = parsed.GetValue(nodes),
                    Rows = parsed.GetValue(rows),
                    Length = TimeSpan.FromHours(parsed.GetValue(hours) ?? 1),
                    Window = parsed.GetValue(window) ?? TimeSpan.FromSeconds(60),
                    Seed = parsed.GetValue(seed),
                    Direct = parsed.GetValue(direct),
                },
                TimeProvider.System,
                cancellationToken);
            Console.WriteLine(parsed.GetValue(json) ? JsonSerializer.Serialize(totals, GenerateJsonContext.Default.GenerateTotals) : Text(totals));
            return CommandLine.Done;
        });
        return command;
    }

    private static string Text(GenerateTotals totals)
    {
        var bits = totals.EntropyBits.Values.Sum();
        return string.Create(CultureInfo.InvariantCulture, $"""
            {totals.Windows} windows from {totals.First:yyyy-MM-dd'T'HH:mm:ss'Z'}, {totals.Rows:N0} rows ({totals.PrimaryRows:N0} primary) in {totals.Files:N0} files or commits
            payload of the primary rows: {totals.Payload:N0} bytes
            entropy of the counters, each by itself: {bits:F1} bits ({bits / 8:F1} bytes) a row
            {string.Join('\n', totals.EntropyBits.Select(column => string.Create(CultureInfo.InvariantCulture, $"  {column.Key,-24}{column.Value,6:F1}")))}
            """);
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(GenerateTotals))]
internal sealed partial class GenerateJsonContext : JsonSerializerContext;
