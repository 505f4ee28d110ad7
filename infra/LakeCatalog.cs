using Amazon.CDK;
using Amazon.CDK.AWS.Glue;
using Constructs;
using FlowLake.Schemas.Tables;

namespace FlowLake.Infra;

/// <summary>Tells Athena, and whoever else reads the Glue catalog, where the tables are.</summary>
/// <remarks>
/// It names no columns: Athena reads them from the table's log, so a new column needs no deployment. For that form its documentation wants the provider
/// "delta", one column that is never looked at, and the path among the serialisation's parameters:
/// https://docs.aws.amazon.com/athena/latest/ug/delta-lake-tables-syncing-metadata.html
/// </remarks>
public sealed class LakeCatalog : Construct
{
    public LakeCatalog(Construct scope, string id, LakeBucket lake)
        : base(scope, id)
    {
        var account = Stack.Of(this).Account;
        var database = new CfnDatabase(this, "Database", new CfnDatabaseProps
        {
            CatalogId = account,
            DatabaseInput = new CfnDatabase.DatabaseInputProperty { Name = DatabaseName, Description = "FlowLake: pod-to-pod network flows." },
        });
        foreach (var table in LakeFolders.Tables)
            Register(table, $"{lake.Url}/{table.Name}/", account).AddDependency(database);
    }

    public const string DatabaseName = TableDefinition.CatalogDatabase;

    private CfnTable Register(TableDefinition table, string location, string account) =>
        new(this, table.Name, new CfnTableProps
        {
            CatalogId = account,
            DatabaseName = DatabaseName,
            TableInput = new CfnTable.TableInputProperty
            {
                Name = table.Name,
                TableType = "EXTERNAL_TABLE",
                Parameters = new Dictionary<string, string> { ["EXTERNAL"] = "TRUE", ["spark.sql.sources.provider"] = "delta" },
                PartitionKeys = Array.Empty<object>(),
                StorageDescriptor = new CfnTable.StorageDescriptorProperty
                {
                    Columns = new[] { new CfnTable.ColumnProperty { Name = "col", Type = "array<string>" } },
                    Location = location,
                    SerdeInfo = new CfnTable.SerdeInfoProperty
                    {
                        Parameters = new Dictionary<string, string> { ["serialization.format"] = "1", ["path"] = location },
                    },
                },
            },
        });
}
