using System.Collections.Immutable;
using System.Text;
using FlowLake.Ingest.Batches;
using FlowLake.Ingest.Inbox;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>
/// Makes data files without an engine: an inbox file is a line, or "bad"; a line may name side objects, each another line; a data file is the lines of its files. Of a doubtful file one process may think
/// otherwise than another, as two do whose clocks differ, of rows at the very end of the retention.
/// </summary>
internal sealed class SimulatedBuilder(SimulatedClient client, bool takesDoubtful) : IBatchBuilder, IDisposable
{
    public const string BadFile = "bad";
    public const string Doubtful = "doubtful ";

    public const string SideMark = " with ";

    /// <summary>Begins a line of coverage that says which files of a stream were given up.</summary>
    public const string GapMark = "gap ";

    private static readonly string[] Main = ["flows", "coverage"];

    private int written;

    public async Task<Batch> BuildAsync(IReadOnlyCollection<InboxObject> files, IReadOnlyCollection<InboxSide> sides, IReadOnlyList<TableTake> takes, CancellationToken cancellationToken)
    {
        var lines = new Dictionary<(InboxKey File, string Table), string>();
        var bad = ImmutableDictionary.CreateBuilder<InboxKey, string>();
        foreach (var file in files)
        {
            var line = Encoding.UTF8.GetString(await client.ReadAsync(file.Key.Key, cancellationToken) ?? throw new FileNotFoundException("absent", file.Key.Key));
            if (IsBad(line))
                bad[file.Key] = "it is bad";
            foreach (var table in Main)
                lines[(file.Key, table)] = line;
            foreach (var side in SidesOf(file.Key, line))
            {
                if (await client.ReadAsync(side.Key, cancellationToken) is { } content)
                    lines[(file.Key, side.Table)] = Encoding.UTF8.GetString(content);
                else
                    bad[file.Key] = "its side object is not there";
            }
        }

        return new Batch(
            bad.ToImmutable(),
            [.. takes.Select(take => new StagedRows(take.Table, Stage([.. take.Lost.Select(lost => GapMark + lost.Gap.Stream.AppId + $" {lost.Gap.After} {lost.Gap.Before}"), .. lines.Where(line => line.Key.Table == take.Table.Name && !bad.ContainsKey(line.Key.File) && take.Files.Contains(line.Key.File)).Select(line => line.Value)])))],
            this);
    }

    /// <summary>The side objects a file's line names.</summary>
    public static IEnumerable<SideObject> SidesOf(InboxKey file, string line) =>
        SideObject.Tables.Where(table => line.Contains(SideMark + table.Name, StringComparison.Ordinal)).Select(table => new SideObject(file, table.Name));

    public void Dispose()
    {
    }

    private bool IsBad(string line) => line.StartsWith(BadFile, StringComparison.Ordinal) || (!takesDoubtful && line.StartsWith(Doubtful, StringComparison.Ordinal));

    // Two data files where there are lines enough, as if they were of two partitions.
    private ImmutableArray<DataFile> Stage(string[] lines) => [.. lines.GroupBy(line => line[^1] % 2).Select(part => StageFile([.. part], $"{part.Key}"))];

    private DataFile StageFile(string[] lines, string partition)
    {
        var path = $"{written++}";
        client.Disk[path] = Encoding.UTF8.GetBytes(string.Join('\n', lines));
        var values = ImmutableSortedDictionary<string, string?>.Empty.Add("date", "2026-11-21").Add("zone", partition);
        return new DataFile(path, values, lines.Length, client.Disk[path].Length, "{}");
    }
}
