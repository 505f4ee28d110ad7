using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;

namespace FlowLake.Cli;

/// <summary><c>flowlake maintain</c>: keeps the tables small and fast to read, once. What follows the inbox, and the Lambda, do it by themselves.</summary>
internal static class MaintainVerb
{
    public static Command Create()
    {
        var lake = CommonOptions.Lake();
        var dryRun = new Option<bool>("--dry-run") { Description = "Change nothing; say what would be done." };
        var retention = new Option<int?>("--retention-days") { Description = "Remove whole days older than this. Default: every day is kept.", HelpName = "DAYS" };
        var rollupRetention = new Option<int?>("--rollup-retention-days") { Description = "The same for the hourly rollups. Default: 400.", HelpName = "DAYS" };
        var versions = new Option<int?>("--checkpoint-versions") { Description = "Versions after which a new checkpoint is written. Default: 50.", HelpName = "N" };
        var safeAge = CommonOptions.Duration("--safe-age", "Age of a file no log names before it is deleted, at least 2h. Default: 24h.");
        var work = new Option<string>("--work-folder") { Description = "Folder for files being written. Default: the user's own below the system's temporary folder.", HelpName = "DIR", DefaultValueFactory = _ => new MaintenanceEngine().WorkFolder };
        var json = new Option<bool>("--json") { Description = "One JSON array of what was done, to standard output." };
        var command = new Command("maintain", "Retention, rollups, compaction, checkpoints, vacuum and log clean-up of every table, once. Any number may run on one lake.") { lake, dryRun, retention, rollupRetention, versions, safeAge, work, json };
        command.Validators.Add(result =>
        {
            foreach (var complaint in Options(result.GetValue(retention), result.GetValue(rollupRetention), result.GetValue(versions), result.GetValue(safeAge), false).Complaints())
                result.AddError(complaint);
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var workFolder = ProcessFolder.Open(parsed.GetValue(work)!);
            var options = Options(parsed.GetValue(retention), parsed.GetValue(rollupRetention), parsed.GetValue(versions), parsed.GetValue(safeAge), parsed.GetValue(dryRun)) with { Engine = new MaintenanceEngine { WorkFolder = workFolder.Path } };
            using var store = ObjectStores.Open(parsed.GetValue(lake)!);
            var service = new MaintenanceService(store, [.. LakeTables.WithRollups.Select(table => new TableLog(store, table, TimeProvider.System))], options, TimeProvider.System, Console.Error);
            var reports = await service.RunAsync(cancellationToken);
            if (reports.IsEmpty)
            {
                await Console.Error.WriteLineAsync($"flowlake maintain: there is no table at {parsed.GetValue(lake)} yet. Check --lake, or ingest what agents shipped there.");
                return CommandLine.Failed;
            }

            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize([.. reports], MaintainJsonContext.Default.ListMaintenanceReport));
            else
                Show(reports);
            return CommandLine.Done;
        });
        return command;
    }

    private static MaintenanceOptions Options(int? retentionDays, int? rollupRetentionDays, int? versions, TimeSpan? safeAge, bool dryRun) => new()
    {
        Retention = retentionDays is { } days ? TimeSpan.FromDays(days) : null,
        RollupRetention = rollupRetentionDays is { } rollupDays ? TimeSpan.FromDays(rollupDays) : MaintenanceOptions.DefaultRollupRetention,
        CheckpointVersions = versions ?? new MaintenanceOptions().CheckpointVersions,
        SafeAge = safeAge ?? new MaintenanceOptions().SafeAge,
        DryRun = dryRun,
    };

    private static void Show(IReadOnlyCollection<MaintenanceReport> reports)
    {
        foreach (var report in reports)
            Console.WriteLine($"{report.Table,-12} {report.Task,-10}  {report.Detail}");
    }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<MaintenanceReport>))]
internal sealed partial class MaintainJsonContext : JsonSerializerContext;
