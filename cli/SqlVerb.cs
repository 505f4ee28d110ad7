using System.CommandLine;
using System.Globalization;
using System.IO.Pipelines;
using FlowLake.QueryApi;
using FlowLake.QueryApi.Sql;

namespace FlowLake.Cli;

/// <summary><c>flowlake sql</c>: asks a lake without any server.</summary>
internal static class SqlVerb
{
    public static Command Create()
    {
        var lake = CommonOptions.Lake();
        var statement = new Argument<string>("sql") { Description = "One SELECT over flows, traffic, zone_traffic, pair_traffic, dns, drops, coverage; - reads it from standard input." };
        var json = new Option<bool>("--json") { Description = "Columns and rows as JSON." };
        var csv = new Option<bool>("--csv") { Description = "A header and a line a row (RFC 4180)." };
        var limit = new Option<long?>("--limit") { Description = "Rows shown at most. Default: 1,000 as a table, all otherwise.", HelpName = "N" };
        var cache = CommonOptions.CacheFolder("Folder where the files that were fetched of a remote lake stay for the next time; a server's will do. Default: they go at the end.");
        var replicaBytes = CommonOptions.ReplicaBytes("Bytes of a remote lake that may be fetched for the statement, which is what it needs and nothing else.");
        var command = new Command("sql", "Asks a lake without any server.") { lake, statement, json, csv, limit, cache, replicaBytes };
        command.Validators.Add(result =>
        {
            if (result.GetValue(json) && result.GetValue(csv))
                result.AddError("--json and --csv exclude each other: choose one.");
        });
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var text = parsed.GetValue(statement)!;
            if (text == "-")
                text = await Console.In.ReadToEndAsync(cancellationToken);
            using var query = await LakeQuery.OpenAsync(parsed.GetValue(lake)!, cacheFolder: parsed.GetValue(cache), replicaBytes: parsed.GetValue(replicaBytes), cancellationToken: cancellationToken);
            if (query.Version.IsEmpty)
            {
                // A mistyped path would answer every question with no rows.
                await Console.Error.WriteLineAsync($"flowlake sql: there is no table at {parsed.GetValue(lake)} yet. Check --lake, or ingest what agents shipped there: flowlake ingest --lake {parsed.GetValue(lake)}");
                return CommandLine.Failed;
            }

            switch (await query.RunAsync(text, cancellationToken: cancellationToken))
            {
                case SqlOutcome.Refused refused:
                    await Console.Error.WriteLineAsync("flowlake sql: " + refused.Refusal);
                    if (refused.Refusal.AthenaSql is { } athena)
                        await Console.Error.WriteLineAsync("For Athena:\n" + athena);
                    return CommandLine.Failed;
                case SqlOutcome.Answer answer:
                    using (var rows = answer.Rows)
                        await WriteAsync(rows, Format(parsed.GetValue(json), parsed.GetValue(csv)), parsed.GetValue(limit), cancellationToken);
                    return CommandLine.Done;
                default:
                    throw new System.Diagnostics.UnreachableException();
            }
        });
        return command;
    }

    private static SqlFormat? Format(bool json, bool csv) => json ? SqlFormat.Json : csv ? SqlFormat.Csv : null;

    private static async Task WriteAsync(SqlRows rows, SqlFormat? format, long? limit, CancellationToken cancellationToken)
    {
        if (format is null)
        {
            RowTable.Write(rows, limit ?? RowTable.DefaultLimit);
            return;
        }

        var output = PipeWriter.Create(Console.OpenStandardOutput());
        var writer = new SqlWriter(rows, limit ?? long.MaxValue);
        await writer.WriteAsync(output, format.Value, cancellationToken);
        await output.CompleteAsync();
        if (format == SqlFormat.Json)
            Console.Out.WriteLine();
        if (writer.Truncated)
            await Console.Error.WriteLineAsync(string.Create(CultureInfo.InvariantCulture, $"flowlake sql: there are more than {writer.Written} rows; ask for them with --limit."));
    }
}
