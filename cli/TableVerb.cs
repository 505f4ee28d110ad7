using System.CommandLine;
using System.Globalization;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Cli;

/// <summary><c>flowlake table</c>: versions, files, rows, streams and history of a lake's tables.</summary>
internal static class TableVerb
{
    /// <summary>Streams a person is shown; JSON has all of them.</summary>
    private const int StreamsShown = 20;

    public static Command Create()
    {
        var lake = CommonOptions.Lake();
        var name = new Argument<string?>("name") { Description = "One table; without it all.", Arity = ArgumentArity.ZeroOrOne };
        name.AcceptOnlyFromAmong([.. LakeTables.WithRollups.Select(table => table.Name)]);
        var history = new Option<int>("--history") { Description = "Newest versions to tell of, 0 to 10000.", HelpName = "N", DefaultValueFactory = _ => 10 };
        history.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<int>() is < 0 or > 10_000)
                result.AddError("--history: 0 to 10000 versions are told of.");
        });
        var json = new Option<bool>("--json") { Description = "One JSON array of tables." };
        var command = new Command("table", "Versions, files, sizes, rows, streams and history of the tables.") { lake, name, history, json };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var store = ObjectStores.Open(parsed.GetValue(lake)!);
            var tables = new List<TableAnswer>();
            foreach (var table in LakeTables.WithRollups.Where(table => parsed.GetValue(name) is not { } wanted || table.Name == wanted))
            {
                var log = new TableLog(store, table, TimeProvider.System);
                if (await log.LoadAsync(cancellationToken: cancellationToken) is { Exists: true } snapshot)
                    tables.Add(await AnswerAsync(log, snapshot, parsed.GetValue(history), cancellationToken));
            }

            if (tables.Count == 0)
            {
                await Console.Error.WriteLineAsync($"flowlake table: there is no table at {parsed.GetValue(lake)} yet. Check --lake, or ingest what agents shipped there.");
                return CommandLine.Failed;
            }

            if (parsed.GetValue(json))
                Console.WriteLine(JsonSerializer.Serialize(tables, TableJsonContext.Default.ListTableAnswer));
            else
                Show(tables);
            return CommandLine.Done;
        });
        return command;
    }

    private static async Task<TableAnswer> AnswerAsync(TableLog log, TableSnapshot snapshot, int history, CancellationToken cancellationToken)
    {
        var listing = await log.ListAsync(cancellationToken);
        var contents = TableContents.Of(snapshot);
        return new TableAnswer(
            log.Table.Name,
            contents.Version,
            listing.OldestLoadable,
            listing.Checkpoints.IsEmpty ? null : listing.Checkpoints.Keys.Last(),
            contents.Files,
            contents.SmallFiles,
            contents.Bytes,
            contents.Rows,
            contents.FilesWithoutRowCount,
            contents.Partitions,
            contents.Tombstones,
            [.. contents.Streams.Select(stream => new StreamAnswer(stream.AppId, stream.Version, stream.LastUpdated is { } at ? DateTimeOffset.FromUnixTimeMilliseconds(at) : null))],
            [.. await log.HistoryAsync(listing, history, cancellationToken)]);
    }

    private static void Show(List<TableAnswer> tables)
    {
        foreach (var table in tables)
        {
            Say($"{table.Name}: version {table.Version}; versions from {table.OldestVersion} on can be loaded; checkpoint {(table.CheckpointVersion is { } checkpoint ? $"at {checkpoint}" : "none")}");
            Say($"  {table.Rows} rows in {table.Files} files ({table.SmallFiles} below {TableContents.SmallFileBytes >> 20} MiB), {table.Bytes} bytes, {table.Partitions} partitions; {table.Tombstones} removed files kept");
            Say($"  {table.Streams.Count} streams{(table.Streams.Count > StreamsShown ? $", the first {StreamsShown}; --json has all" : "")}");
            foreach (var stream in table.Streams.Take(StreamsShown))
                Say($"    {stream.Stream}  last sequence {stream.LastSequence}{(stream.UpdatedAt is { } at ? $", {at:u}" : "")}");
            Say($"  history");
            foreach (var version in table.History)
                Say($"    {version.Version,8}  {version.CommittedAt:u}  {version.Operation,-10}  +{version.FilesAdded} -{version.FilesRemoved} files, {version.BytesAdded} bytes, {version.Streams} streams; {version.Engine}");
        }
    }

    private static void Say(FormattableString line) => Console.WriteLine(line.ToString(CultureInfo.InvariantCulture));
}

/// <summary>A table as <c>flowlake table --json</c> tells of it.</summary>
internal sealed record TableAnswer(
    string Name,
    long Version,
    long? OldestVersion,
    long? CheckpointVersion,
    int Files,
    int SmallFiles,
    long Bytes,
    long Rows,
    int FilesWithoutRowCount,
    int Partitions,
    int Tombstones,
    List<StreamAnswer> Streams,
    List<TableVersion> History);

/// <summary>How far one stream has come.</summary>
internal sealed record StreamAnswer(string Stream, long LastSequence, DateTimeOffset? UpdatedAt);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.SnakeCaseLower)]
[JsonSerializable(typeof(List<TableAnswer>))]
internal sealed partial class TableJsonContext : JsonSerializerContext;
