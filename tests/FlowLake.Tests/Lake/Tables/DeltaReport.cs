using FlowLake.Lake.Duck;
using Xunit;

namespace FlowLake.Tests.Lake.Tables;

/// <summary>What <see cref="DeltaChecker"/> found.</summary>
/// <param name="Version">The newest version, -1 where there is no table.</param>
/// <param name="Files">Data files of that version.</param>
/// <param name="Rows">Rows in them.</param>
/// <param name="Transactions">Last version by application.</param>
/// <param name="Problems">Everything that breaks the protocol.</param>
/// <param name="Relation">SQL of all rows, partition columns included; empty where there is no data file.</param>
internal sealed record DeltaReport(long Version, int Files, long Rows, IReadOnlyDictionary<string, long> Transactions, IReadOnlyList<string> Problems, string Relation)
{
    /// <summary>Fails with every problem named.</summary>
    public DeltaReport Sound()
    {
        Assert.True(Problems.Count == 0, string.Join('\n', Problems));
        return this;
    }

    /// <summary>Asks the table; it stands in the text as <c>rows</c>.</summary>
    public IReadOnlyList<object?[]> Ask(string sql)
    {
        using var database = DuckDatabase.Open(new DuckOptions { Threads = 1 });
        using var connection = database.Connect();
        using var result = connection.QueryMaterialized($"WITH rows AS ({Relation}) {sql}");
        return [.. result.Rows()];
    }
}
