using FlowLake.Lake.Tables;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;
using FlowLake.Tests.Lake.Replicas;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>A lake of days, one file each, that cannot be read in place, and the catalog over as many of them as a budget has room for.</summary>
internal sealed class PartialReplica : IDisposable
{
    public static readonly DateTimeOffset FirstDay = new(2026, 11, 10, 0, 0, 0, TimeSpan.Zero);

    public PartialReplica() => Store = new FailingStore(Lake.Store);

    public TestLake Lake { get; } = new();

    public FailingStore Store { get; }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    /// <summary>Commits a day's rows as one file.</summary>
    public Task AddDayAsync(int day, int rows = 60) =>
        Lake.AddFlowsAsync([.. TestFlows.Make(day, rows).Take(rows).Select((flow, index) => flow with { WindowStart = FirstDay.AddDays(day).AddMinutes(index), Zone = "eu-west-1a", IsPrimary = true })]);

    /// <summary>A budget for the newest files of flows and all that is held whole, and a tenth more.</summary>
    public async Task<long> BudgetAsync(int files)
    {
        var newest = (await Load(FlowColumns.Table)).Files.Values.OrderByDescending(FileAge.Newest).Take(files).Sum(file => file.Size);
        var whole = 0L;
        foreach (var table in LakeTables.WithRollups.Except([FlowColumns.Table]))
            whole += (await Load(table)).Files.Values.Sum(file => file.Size);
        return (newest + whole) * 11 / 10;
    }

    public FlowCatalog Open(long budget, TimeProvider? timeProvider = null, TimeSpan? hold = null) => FlowCatalog.Open(
        Store,
        new CatalogOptions { CacheFolder = Lake.CacheFolder, ReplicaBytes = budget, Threads = 1, SnapshotHold = hold ?? TimeSpan.FromMinutes(15) },
        timeProvider ?? TimeProvider.System);

    /// <summary>Reads the log and fetches all that is to be here.</summary>
    public static async Task FollowAsync(FlowCatalog catalog)
    {
        await catalog.RefreshAsync(Token);
        while (await catalog.FetchAheadAsync(Token))
        {
        }
    }

    /// <summary>The one value of an answer.</summary>
    public static object? Ask(FlowCatalog catalog, string sql) => Assert.Single(Assert.Single(Rows(catalog, sql)));

    /// <summary>The rows of an answer.</summary>
    public static List<object?[]> Rows(FlowCatalog catalog, string sql)
    {
        var outcome = new SqlEngine(catalog).Run(new SqlQuery(sql), Token);
        Assert.True(outcome is SqlOutcome.Answer, $"{sql}: {outcome}");
        using var answer = ((SqlOutcome.Answer)outcome).Rows;
        var rows = new List<object?[]>();
        while (answer.Read())
            rows.AddRange(Enumerable.Range(0, answer.Result.RowCount).Select(row => answer.Columns.Select((_, column) => answer.Result.GetValue(column, row)).ToArray()));
        return rows;
    }

    public static SqlRefusal Refused(FlowCatalog catalog, string sql) => Assert.IsType<SqlOutcome.Refused>(new SqlEngine(catalog).Run(new SqlQuery(sql), Token)).Refusal;

    /// <summary>Data files in the folder that any number of processes share.</summary>
    public IReadOnlyCollection<string> FilesHere() => Directory.GetFiles(Lake.CacheFolder, "*.parquet", SearchOption.AllDirectories).Where(path => path.Contains("/files/", StringComparison.Ordinal)).ToArray();

    public void Dispose() => Lake.Dispose();

    private Task<TableSnapshot> Load(TableDefinition table) => new TableLog(Lake.Store, table, TimeProvider.System).LoadAsync(cancellationToken: Token);
}
