using System.Collections.Immutable;
using System.Text;
using FlowLake.Ingest.Batches;
using FlowLake.Ingest.Inbox;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Tests.Ingest.Rounds.Simulation;

/// <summary>
/// Makes data files without an engine: an inbox file is a line, or "bad"; a data file is the lines of its inbox files. Of a doubtful file one process may think
/// otherwise than another, as two do whose clocks differ, of rows at the very end of the retention.
/// </summary>
internal sealed class SimulatedBuilder(SimulatedClient client, bool takesDoubtful) : IBatchBuilder, IDisposable
{
    public const string BadFile = "bad";
    public const string Doubtful = "doubtful ";

    private int written;

    public async Task<Batch> BuildAsync(IReadOnlyCollection<InboxObject> files, IReadOnlyList<TableTake> takes, CancellationToken cancellationToken)
    {
        var lines = new Dictionary<InboxKey, string>();
        foreach (var file in files)
        {
            var content = await client.ReadAsync(file.Key.Key, cancellationToken) ?? throw new FileNotFoundException("absent", file.Key.Key);
            lines[file.Key] = Encoding.UTF8.GetString(content);
        }

        return new Batch(
            lines.Where(line => IsBad(line.Value)).ToImmutableDictionary(line => line.Key, _ => "it is bad"),
            [.. takes.Select(take => Stage([.. lines.Where(line => !IsBad(line.Value) && take.Files.Contains(line.Key)).Select(line => line.Value)]))],
            this);
    }

    public void Dispose()
    {
    }

    private bool IsBad(string line) => line == BadFile || (!takesDoubtful && line.StartsWith(Doubtful, StringComparison.Ordinal));

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
