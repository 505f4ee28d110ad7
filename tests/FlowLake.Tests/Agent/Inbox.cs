using FlowLake.Lake.Duck;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Tests.Agent;

/// <summary>Reads the inbox of a lake in a directory, as ingest would.</summary>
internal sealed class Inbox(string lake)
{
    /// <summary>The files by stream and number.</summary>
    public IReadOnlyList<(InboxKey Key, string Path)> Files =>
    [
        .. System.IO.Directory.EnumerateFiles(lake, "*.parquet", SearchOption.AllDirectories)
            .Where(path => !SideObject.TryParse(Path.GetRelativePath(lake, path), out _))
            .Select(path => (InboxKey.TryParse(Path.GetRelativePath(lake, path), out var key) ? key : throw new FormatException(path), path))
            .OrderBy(file => file.Item1.Stream.AppId, StringComparer.Ordinal).ThenBy(file => file.Item1.Sequence),
    ];

    public IReadOnlyList<CoverageRecord> Coverage => [.. Files.SelectMany(file => InboxFile.ReadCoverage(file.Path))];

    public long CoverageSum(string reason, string unit) => Coverage.Where(row => row.Reason == reason && row.Unit == unit).Sum(row => row.Amount);

    /// <summary>The numbers of each stream must be 1, 2, 3, ...</summary>
    public bool HasGaps => Files.GroupBy(file => file.Key.Stream).Any(stream => !stream.Select(file => file.Key.Sequence).SequenceEqual(Enumerable.Range(1, stream.Count()).Select(number => (long)number)));

    /// <summary>The rows of a query over all files, which it calls <c>inbox</c>.</summary>
    public IReadOnlyList<object?[]> Query(string sql)
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        connection.Execute($"CREATE VIEW inbox AS FROM read_parquet({DuckSql.Literals(Files.Select(file => file.Path))})");
        using var result = connection.Query(sql);
        return [.. result.Rows()];
    }

    /// <summary>The sum of an expression over the rows of a table that travel in side objects: those their files name, each of which must be there.</summary>
    public long SideSum(string table, string expression)
    {
        string[] paths = [.. Files.Where(file => InboxFile.SidesOf(InboxFile.ReadMetadata(file.Path)).Contains(table)).Select(file => Path.Combine(lake, new SideObject(file.Key, table).Key))];
        if (paths.Length == 0)
            return 0;
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        return connection.Scalar<long>($"SELECT coalesce(sum({expression}), 0)::BIGINT FROM read_parquet({DuckSql.Literals(paths)})");
    }

    public long Sum(string column) => (long)Query($"SELECT coalesce(sum({column}), 0)::BIGINT FROM inbox")[0][0]!;
}
