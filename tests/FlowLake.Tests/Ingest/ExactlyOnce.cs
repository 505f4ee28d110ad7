using FlowLake.Lake.Objects;
using FlowLake.Schemas.Rollups;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>Holds a lake against what agents put: every row of a good file is in its table, and once.</summary>
internal static class ExactlyOnce
{
    /// <summary>Fails unless flows, coverage, dns and drops are sound and have the rows of the sources.</summary>
    /// <param name="store">The lake's store.</param>
    /// <param name="sources">All agents that put files.</param>
    /// <param name="folder">A local folder for copies of data files.</param>
    /// <returns>The table flows.</returns>
    public static async Task<DeltaReport> AssertTablesAsync(IObjectStore store, IReadOnlyCollection<InboxSource> sources, string folder)
    {
        var flows = (await DeltaChecker.CheckAsync(store, "flows", folder)).Sound();
        Assert.Equal([[sources.Sum(source => source.Rows), sources.Sum(source => source.Payload)]], flows.Ask("SELECT count(*), sum(payload_to_server)::BIGINT FROM rows"));
        // A file's coverage says how many rows of flows it has.
        Assert.Equal(sources.Sum(source => source.Rows), await SumAsync("coverage", "amount"));
        Assert.Equal(sources.Sum(source => source.Queries), await SumAsync("dns", "queries"));
        Assert.Equal(sources.Sum(source => source.Drops), await SumAsync("drops", "packets"));
        return flows;

        async Task<long> SumAsync(string table, string column)
        {
            var report = (await DeltaChecker.CheckAsync(store, table, folder)).Sound();
            return report.Rows == 0 ? 0 : (long)report.Ask($"SELECT sum({column})::BIGINT FROM rows")[0][0]!;
        }
    }

    /// <summary>Fails unless each rollup is sound and its sums are those of the primary rows, day by day.</summary>
    /// <param name="store">The lake's store.</param>
    /// <param name="flows">The table flows.</param>
    /// <param name="folder">A local folder for copies of data files.</param>
    public static async Task AssertRollupsAsync(IObjectStore store, DeltaReport flows, string folder)
    {
        const string Sums = "SELECT date, sum(payload_to_server)::BIGINT, sum(connections_opened)::BIGINT FROM rows";
        var primary = flows.Ask($"{Sums} WHERE is_primary GROUP BY ALL ORDER BY ALL");
        foreach (var rollup in RollupTables.All)
            Assert.Equal(primary, (await DeltaChecker.CheckAsync(store, rollup.Table.Name, folder)).Sound().Ask($"{Sums} GROUP BY ALL ORDER BY ALL"));
    }
}
