using System.Collections.Immutable;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;
using Xunit;

namespace FlowLake.Tests.QueryApi;

/// <summary>A lake on a temporary folder, with real files and a real log, and the records it was made from.</summary>
internal sealed class TestLake : IDisposable
{
    private readonly DuckDatabase database = DuckDatabase.Open(new DuckOptions { Threads = 1 });
    private readonly TableLog flows;
    private readonly string parent = Directory.CreateTempSubdirectory("flowlake-tests-query-").FullName;

    /// <summary>Makes an empty lake.</summary>
    /// <param name="name">What its folder's name ends with.</param>
    public TestLake(string name = "")
    {
        Folder = Path.Combine(parent, "lake" + name);
        Store = ObjectStores.Open(Folder);
        flows = new TableLog(Store, FlowColumns.Table, TimeProvider.System);
    }

    public string Folder { get; }

    public string CacheFolder => Path.Combine(parent, "cache");

    public IObjectStore Store { get; }

    /// <summary>Every flow row that is in the table.</summary>
    public List<FlowRecord> Flows { get; } = [];

    public List<CoverageRecord> Coverage { get; } = [];

    public IEnumerable<FlowRecord> Primary => Flows.Where(flow => flow.IsPrimary);

    /// <summary>Commits records as one version: a file for each day and zone.</summary>
    /// <param name="added">The records.</param>
    /// <param name="folder">Where a partition's file lies; by default where ingest puts it.</param>
    /// <param name="without">Columns the files lack, as those of an older FlowLake do.</param>
    /// <param name="generation">The generation of the schema the files are tagged with.</param>
    public async Task AddFlowsAsync(IReadOnlyCollection<FlowRecord> added, Func<string, string?, string>? folder = null, string[]? without = null, int generation = 1)
    {
        var actions = new List<DeltaAction>();
        foreach (var partition in added.GroupBy(flow => (Date: $"{flow.WindowStart.UtcDateTime:yyyy-MM-dd}", flow.Zone)))
        {
            var key = (folder ?? PartitionFolder)(partition.Key.Date, partition.Key.Zone) + $"/c_{Guid.CreateVersion7():D}.parquet";
            var values = ImmutableSortedDictionary<string, string?>.Empty.Add("date", partition.Key.Date).Add("zone", partition.Key.Zone);
            actions.Add(Write(FlowColumns.Table, [.. partition], key, values, without ?? [], generation));
        }

        await CommitAsync(flows, actions);
        Flows.AddRange(added);
    }

    public async Task AddCoverageAsync(IReadOnlyCollection<CoverageRecord> added)
    {
        await AddAsync(CoverageColumns.Table, added, row => (row.WindowStart, null));
        Coverage.AddRange(added);
    }

    public Task AddDnsAsync(IReadOnlyCollection<DnsRecord> added) => AddAsync(DnsColumns.Table, added, row => (row.WindowStart, row.Zone));

    public Task AddDropsAsync(IReadOnlyCollection<DropRecord> added) => AddAsync(DropColumns.Table, added, row => (row.WindowStart, row.Zone));

    private async Task AddAsync<TRecord>(TableDefinition table, IReadOnlyCollection<TRecord> added, Func<TRecord, (DateTimeOffset WindowStart, string? Zone)> placeOf)
    {
        var actions = new List<DeltaAction>();
        foreach (var partition in added.GroupBy(row => (Date: $"{placeOf(row).WindowStart.UtcDateTime:yyyy-MM-dd}", placeOf(row).Zone)))
        {
            var values = ImmutableSortedDictionary<string, string?>.Empty.Add("date", partition.Key.Date);
            if (table.PartitionColumns.Contains("zone"))
                values = values.Add("zone", partition.Key.Zone);
            var folder = string.Join('/', table.PartitionColumns.Select(column => DeltaPath.PartitionFolder(column, values[column])));
            actions.Add(Write(table, [.. partition], $"{table.Name}/{folder}/c_{Guid.CreateVersion7():D}.parquet", values, [], table.SchemaGeneration));
        }

        await CommitAsync(new TableLog(Store, table, TimeProvider.System), actions);
    }

    public FlowCatalog OpenCatalog(CatalogOptions? options = null, TimeProvider? timeProvider = null) =>
        FlowCatalog.Open(Store, (options ?? new CatalogOptions { CacheFolder = CacheFolder }) with { Threads = 2 }, timeProvider ?? TimeProvider.System);

    public void Dispose()
    {
        Store.Dispose();
        database.Dispose();
        Directory.Delete(parent, recursive: true);
    }

    private static string PartitionFolder(string date, string? zone) => $"flows/{DeltaPath.PartitionFolder("date", date)}/{DeltaPath.PartitionFolder("zone", zone)}";

    private static async Task CommitAsync(TableLog log, IEnumerable<DeltaAction> actions)
    {
        var result = await log.TryCommitAsync(await log.LoadAsync(cancellationToken: TestContext.Current.CancellationToken), "WRITE", actions, cancellationToken: TestContext.Current.CancellationToken);
        Assert.IsType<CommitResult.Committed>(result);
    }

    private AddAction Write<TRecord>(
        TableDefinition table, IReadOnlyList<TRecord> rows, string key, ImmutableSortedDictionary<string, string?> values, string[] without, int generation)
    {
        var columns = table.DataColumns.Where(column => !without.Contains(column.Name)).ToArray();
        var path = Store.LocalPath(key)!;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using var connection = database.Connect();
        connection.Execute($"CREATE OR REPLACE TEMP TABLE rows ({string.Join(", ", columns.Select(column => $"{DuckSql.Identifier(column.Name)} {RelationColumn.Of(column).SqlType}"))})");
        using (var appender = connection.Appender("rows"))
        {
            foreach (var row in rows)
            {
                for (var column = 0; column < columns.Length; column++)
                    Set(appender, column, columns[column], row);
                appender.EndRow();
            }

            appender.Close();
        }

        connection.Execute($"COPY rows TO {DuckSql.Literal(path)} (FORMAT parquet, COMPRESSION zstd)");
        return new AddAction(
            DeltaPath.Encode(key[(table.Name.Length + 1)..]), values, new FileInfo(path).Length, 0, DataChange: true, FileStatistics.ToJson(table, rows.Count, Statistics(connection, columns)),
            ImmutableSortedDictionary<string, string>.Empty.Add(DeltaSchema.GenerationTag, $"{generation}"));
    }

    private static Dictionary<string, ColumnStatistics> Statistics(DuckConnection connection, IReadOnlyList<Column> columns)
    {
        var names = columns.Select(column => DuckSql.Identifier(column.Name));
        using var result = connection.QueryMaterialized($"SELECT {string.Join(", ", names.Select(name => $"CAST(min({name}) AS VARCHAR), CAST(max({name}) AS VARCHAR), count(*) - count({name})"))} FROM rows");
        Assert.True(result.Read());
        return columns.Select((column, index) => (column.Name, Place: 3 * index))
            .ToDictionary(column => column.Name, column => new ColumnStatistics((string?)result.GetValue(column.Place, 0), (string?)result.GetValue(column.Place + 1, 0), (long)result.GetValue(column.Place + 2, 0)!));
    }

    private static void Set<TRecord>(DuckAppender appender, int index, Column column, TRecord row)
    {
        switch (column)
        {
            case Column<TRecord, string?> text: appender.Set(index, text.Read(row)); break;
            case Column<TRecord, bool?> truth when truth.Read(row) is { } value: appender.Set(index, value); break;
            case Column<TRecord, int?> number when number.Read(row) is { } value: appender.Set(index, value); break;
            case Column<TRecord, long?> number when number.Read(row) is { } value: appender.Set(index, value); break;
            case Column<TRecord, DateOnly?> date when date.Read(row) is { } value: appender.Set(index, value); break;
            case Column<TRecord, DateTimeOffset?> time when time.Read(row) is { } value: appender.Set(index, value); break;
            default: appender.SetNull(index); break;
        }
    }
}
