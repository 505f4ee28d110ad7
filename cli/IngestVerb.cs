using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using FlowLake.Ingest;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Cli;

/// <summary><c>flowlake ingest</c>: moves what agents shipped into the tables, exactly once.</summary>
internal static class IngestVerb
{
    public static Command Create()
    {
        var lake = CommonOptions.Lake();
        var follow = new Option<bool>("--follow") { Description = "Go on with what comes, until stopped. Without it, end when the inbox is worked off." };
        var work = new Option<string?>("--work-folder") { Description = "Folder for files being written. Default: below the system's temporary folder.", HelpName = "DIR" };
        var retention = new Option<int>("--retention-days") { Description = "Files with rows older than this are quarantined, and with --follow whole days older than this removed from the tables.", HelpName = "DAYS", DefaultValueFactory = _ => 90 };
        var rollupRetention = new Option<int>("--rollup-retention-days") { Description = "With --follow whole days older than this are removed from the hourly rollups.", HelpName = "DAYS", DefaultValueFactory = _ => 400 };
        var share = new Option<NodeShare>("--share")
        {
            Description = $"Take a part of the nodes only, as 2/4 for the second of four (at most {NodeShare.PartsMax}), where one ingest is too slow. Each part needs an ingest of its own.",
            HelpName = "PART/PARTS",
            CustomParser = Share,
        };
        var command = new Command("ingest", "Moves what agents shipped into the tables, exactly once. Any number may run on one lake.") { lake, follow, work, share, retention, rollupRetention };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var options = new IngestOptions { Lake = parsed.GetValue(lake)!, Share = parsed.GetValue(share), Retention = TimeSpan.FromDays(parsed.GetValue(retention)), RollupRetention = TimeSpan.FromDays(parsed.GetValue(rollupRetention)) };
            if (parsed.GetValue(work) is { } folder)
                options = options with { WorkFolder = folder };
            var totals = await IngestService.RunAsync(options, parsed.GetValue(follow), cancellationToken);
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"ingest: ended; {totals.Files} inbox files taken, {totals.Rows} rows in {totals.Commits} commits, {totals.Quarantined} files quarantined"));
            return CommandLine.Done;
        });
        return command;
    }

    private static NodeShare Share(ArgumentResult result)
    {
        if (!NodeShare.TryParse(result.Tokens[0].Value, out var share))
            result.AddError($"--share {result.Tokens[0].Value}: {NodeShare.Syntax}.");
        return share;
    }
}
