using FlowLake.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Infra;

[Collection(InfraCollection.Name)]
public sealed class LakeCatalogTests(SynthesisedStack stack)
{
    public static TheoryData<string> Tables => [.. LakeTables.WithRollups.Select(table => table.Name)];

    [Theory, MemberData(nameof(Tables))]
    public void Each_table_of_the_lake_is_registered_as_Athena_wants_a_Delta_table(string name)
    {
        stack.Has("AWS::Glue::Table", $$"""
            {
              "DatabaseName": "flowlake",
              "TableInput": {
                "Name": "{{name}}", "TableType": "EXTERNAL_TABLE", "Parameters": { "EXTERNAL": "TRUE", "spark.sql.sources.provider": "delta" },
                "PartitionKeys": [], "StorageDescriptor": { "Columns": [ { "Name": "col", "Type": "array<string>" } ] }
              }
            }
            """);
        var storage = stack.Resources("AWS::Glue::Table").Select(table => table.GetProperty("Properties").GetProperty("TableInput"))
            .Single(input => input.GetProperty("Name").GetString() == name).GetProperty("StorageDescriptor");
        Assert.Contains($"\"/{name}/\"", storage.GetProperty("Location").GetRawText(), StringComparison.Ordinal);
        Assert.Equal(
            System.Text.Json.JsonSerializer.Serialize(storage.GetProperty("Location")),
            System.Text.Json.JsonSerializer.Serialize(storage.GetProperty("SerdeInfo").GetProperty("Parameters").GetProperty("path")));
    }

    [Fact]
    public void No_other_table_is_registered() => stack.Template.ResourceCountIs("AWS::Glue::Table", LakeTables.WithRollups.Length);

    [Fact]
    public void The_database_is_named_for_those_who_ask() =>
        stack.Has("AWS::Glue::Database", """
            { "DatabaseInput": { "Name": "flowlake" } }
            """);
}
