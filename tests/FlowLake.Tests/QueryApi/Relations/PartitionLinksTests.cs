using System.Collections.Immutable;
using FlowLake.Lake.Replicas;
using FlowLake.QueryApi.Relations;
using FlowLake.Schemas.DeltaLog;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>The engine reads partition values from a path: the file's own where it says what the log does, and nothing else.</summary>
public sealed class PartitionLinksTests
{
    private static readonly ImmutableArray<string> columns = ["date", "zone"];

    [Theory]
    [InlineData("lake/flows/date=2026-11-20/zone=a", true)]
    [InlineData("lake/flows/date=2026-11-21/zone=a", false)]
    [InlineData("lake/flows/zone=a/date=2026-11-20", false)]
    [InlineData("lake/flows", false)]
    [InlineData("env=prod/flows/date=2026-11-20/zone=a", false)]
    [InlineData("lake[1]/flows/date=2026-11-20/zone=a", false)]
    public void A_file_goes_by_its_own_path_where_that_says_what_the_log_does(string place, bool byItsOwn)
    {
        using var folder = new TemporaryFolder();
        var file = folder.File($"{place}/x.parquet");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "rows");
        using var links = new PartitionLinks(folder.File("links"));
        var add = new AddAction("x.parquet", ImmutableSortedDictionary<string, string?>.Empty.Add("date", "2026-11-20").Add("zone", "a"), 4, 0, DataChange: true, null, null);
        var path = links.PathTo(new ReplicaFile(add, file), columns);
        Assert.Equal(byItsOwn, path == file);
        Assert.EndsWith("/date=2026-11-20/zone=a/x.parquet", path, StringComparison.Ordinal);
        Assert.Equal("rows", File.ReadAllText(path));
    }
}
