using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;
using Xunit;

namespace FlowLake.Tests.Lake.Tables;

public sealed class InboxFileTests : IDisposable
{
    private static readonly DateTimeOffset start = new(2026, 11, 21, 10, 0, 0, TimeSpan.Zero);

    private readonly string folder = Directory.CreateTempSubdirectory("fllake").FullName;
    private readonly DuckDatabase database = DuckDatabase.Open();
    private readonly DuckConnection connection;

    public InboxFileTests() => connection = database.Connect();

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    private string PathOf(string name) => Path.Combine(folder, name);

    private static FlowRecord Flow(string pod, bool primary = true) => new()
    {
        WindowStart = start,
        WindowSeconds = 60,
        Node = "node \"a\"",
        Observer = FlowObserver.Server,
        IsPrimary = primary,
        Protocol = "tcp",
        Client = new FlowEnd { Kind = EndKind.Pod, Pod = pod },
        Server = new FlowEnd { Kind = EndKind.External, Ip = "2001:db8::1" },
        PayloadToServer = long.MaxValue,
        Estimated = true,
    };

    private static CoverageRecord Coverage(long amount) =>
        new() { WindowStart = start, WindowSeconds = 60, Node = "it's {node}", Incarnation = "i", Reason = CoverageReason.Observed, Unit = "flows", Amount = amount };

    private object?[][] Rows(string name, string columns)
    {
        using var result = connection.Query($"SELECT {columns} FROM read_parquet({DuckSql.Literal(PathOf(name))})");
        return [.. result.Rows()];
    }

    [Fact]
    public void A_file_holds_all_columns_of_the_record_in_the_order_of_the_table()
    {
        InboxFile.Write(PathOf("f"), [Flow("z"), Flow("b", primary: false), Flow("a")], [Coverage(3)]);

        Assert.Equal(FlowColumns.Table.InboxColumns.Select(column => column.Name), ParquetReader.Columns(connection, PathOf("f")).Select(column => column.Name));
        Assert.Equal(
            [["a", true, long.MaxValue, null, "pod", "server", "node \"a\""], ["z", true, long.MaxValue, null, "pod", "server", "node \"a\""], ["b", false, long.MaxValue, null, "pod", "server", "node \"a\""]],
            Rows("f", "client_pod, is_primary, payload_to_server, zone, client_kind, observer, node"));
        Assert.Equal([[start]], Rows("f", "DISTINCT window_start").Select(row => new[] { (DateTimeOffset)row[0]! }));
    }

    [Fact]
    public void A_file_without_flows_is_written_and_says_what_was_observed()
    {
        InboxFile.Write(PathOf("f"), [], [Coverage(0)]);

        Assert.Equal([[0L]], Rows("f", "count(*)"));
        Assert.Equal([Coverage(0)], InboxFile.ReadCoverage(PathOf("f")));
    }

    [Fact]
    public void Merged_files_have_all_rows_and_all_coverage()
    {
        InboxFile.Write(PathOf("one"), [Flow("b")], [Coverage(1)], new Dictionary<string, string> { ["own"] = "x" });
        InboxFile.Write(PathOf("two"), [], [Coverage(0)]);
        InboxFile.Write(PathOf("three"), [Flow("a"), Flow("c")], [Coverage(2)]);

        InboxFile.Merge(PathOf("all"), [PathOf("one"), PathOf("two"), PathOf("three")]);

        Assert.Equal([["a"], ["b"], ["c"]], Rows("all", "client_pod"));
        Assert.Equal([1L, 0L, 2L], InboxFile.ReadCoverage(PathOf("all")).Select(row => row.Amount));
        Assert.Equal(["flowlake.coverage"], InboxFile.ReadMetadata(PathOf("all")).Keys.Where(key => key.StartsWith("flowlake", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_Parquet_file_of_another_writer_is_told_apart()
    {
        connection.Execute($"COPY (SELECT 1 AS one) TO {DuckSql.Literal(PathOf("f"))} (FORMAT parquet)");

        Assert.Throws<InvalidDataException>(() => InboxFile.ReadCoverage(PathOf("f")));
    }
}
