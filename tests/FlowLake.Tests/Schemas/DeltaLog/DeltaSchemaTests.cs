using System.Text.Json;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

public sealed class DeltaSchemaTests
{
    private static readonly MetadataAction current = DeltaSchema.Metadata(CoverageColumns.Table, Guid.NewGuid(), DateTimeOffset.UnixEpoch);

    [Fact]
    public void Every_column_is_in_the_schema_in_its_order_and_may_be_null()
    {
        using var schema = JsonDocument.Parse(DeltaSchema.SchemaString(FlowColumns.Table));
        var fields = schema.RootElement.GetProperty("fields").EnumerateArray().ToArray();
        Assert.Equal(FlowColumns.All.Select(column => column.Name), fields.Select(field => field.GetProperty("name").GetString()!));
        Assert.All(fields, field => Assert.True(field.GetProperty("nullable").GetBoolean()));
        Assert.Equal(["boolean", "date", "integer", "long", "string", "timestamp"], fields.Select(field => field.GetProperty("type").GetString()).Distinct().Order(StringComparer.Ordinal));
    }

    [Fact]
    public void A_table_that_has_every_column_needs_no_new_schema() => Assert.Null(DeltaSchema.Widened(CoverageColumns.Table, current));

    [Fact]
    public void A_new_column_goes_to_the_end_and_the_table_keeps_its_id()
    {
        var added = ColumnsOf<CoverageRecord>.Int64("news", null, "New.", _ => null);
        var widened = DeltaSchema.Widened(CoverageColumns.Table with { Columns = [added, .. CoverageColumns.All] }, current);
        Assert.Equal(current with { SchemaString = widened!.SchemaString }, widened);
        using var schema = JsonDocument.Parse(widened.SchemaString);
        Assert.Equal([.. CoverageColumns.All.Select(column => column.Name), "news"], schema.RootElement.GetProperty("fields").EnumerateArray().Select(field => field.GetProperty("name").GetString()!));
    }

    [Fact]
    public void A_column_only_the_table_knows_stays() =>
        Assert.Null(DeltaSchema.Widened(CoverageColumns.Table with { Columns = [.. CoverageColumns.All.Skip(1)] }, current));

    [Fact]
    public void A_table_has_the_columns_it_learned_behind_those_that_are_known_and_names_those_nobody_here_can_read()
    {
        var newer = DeltaSchema.Widened(CoverageColumns.Table with { Columns = [.. CoverageColumns.All, new LearnedColumn("zest", ColumnType.Int32), new LearnedColumn("age", ColumnType.String)] }, current)!;
        newer = newer with { SchemaString = newer.SchemaString.Replace("]}", """,{"name":"ratio","type":"double"},{"name":"day","type":"date"},{"name":"parts","type":{"type":"array"}}]}""", StringComparison.Ordinal) };
        var learned = DeltaSchema.Learned(CoverageColumns.Table, newer);
        Assert.Equal([.. CoverageColumns.All, new LearnedColumn("zest", ColumnType.Int32), new LearnedColumn("age", ColumnType.String)], learned.Columns);
        Assert.Equal(["ratio", "day", "parts"], learned.UnreadableColumns);
        Assert.Equal($"{CoverageColumns.Table.SchemaGeneration}.2", learned.FileGeneration);
        Assert.Null(DeltaSchema.Widened(learned, newer));
        Assert.Same(CoverageColumns.Table, DeltaSchema.Learned(CoverageColumns.Table, null));
    }

    [Fact]
    public void A_column_of_another_type_is_refused_by_name()
    {
        var other = ColumnsOf<CoverageRecord>.Int64("node", null, "Other.", _ => null);
        var exception = Assert.Throws<DeltaLogException>(() => DeltaSchema.Widened(CoverageColumns.Table with { Columns = [other] }, current));
        Assert.Contains("column node", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Other_partitions_are_refused() =>
        Assert.Throws<DeltaLogException>(() => DeltaSchema.Widened(CoverageColumns.Table with { PartitionColumns = ["zone"] }, current));
}
