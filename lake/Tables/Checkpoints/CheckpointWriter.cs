using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Parquet;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Lake.Tables.Checkpoints;

/// <summary>Writes actions into a Parquet file of the protocol's shape, by the engine's COPY.</summary>
internal static class CheckpointWriter
{
    /// <summary>Name of the field, in each struct, that carries what another writer's actions had beside the protocol's fields. It is there only when some had.</summary>
    internal const string UnknownFields = "unknownFields";

    // The engine takes rows of plain columns; the SELECT makes structs, lists and maps of them.
    private const string Table = """
        CREATE TABLE actions (
            kind VARCHAR, path VARCHAR, partition_values VARCHAR, size BIGINT, modification_time BIGINT, deletion_timestamp BIGINT, data_change BOOLEAN,
            extended BOOLEAN, stats VARCHAR, tags VARCHAR, app_id VARCHAR, version BIGINT, last_updated BIGINT, line VARCHAR, unknown VARCHAR)
        """;

    // The protocol's types: 32 bits for its versions, maps whose keys are required, lists named element, all of which the engine writes of itself.
    private const string MetadataType = """
        {"id": "VARCHAR", "name": "VARCHAR", "description": "VARCHAR", "format": {"provider": "VARCHAR", "options": "MAP(VARCHAR, VARCHAR)"}, "schemaString": "VARCHAR",
         "partitionColumns": ["VARCHAR"], "createdTime": "BIGINT", "configuration": "MAP(VARCHAR, VARCHAR)"}
        """;

    // An action has up to some 1,500 bytes of statistics and path, and the engine holds a row group's strings several times over.
    private const int RowGroupRows = 8_192;

    public static void Write(string path, IReadOnlyList<DeltaAction> actions, CancellationToken cancellationToken)
    {
        using var database = RecordFile.OpenEngine(path);
        using var connection = database.Connect();
        connection.Execute(Table);
        using (var appender = connection.Appender("actions"))
        {
            foreach (var action in actions)
            {
                cancellationToken.ThrowIfCancellationRequested();
                Append(appender, action);
                appender.EndRow();
            }

            appender.Close();
        }

        var select = Select(actions.Any(action => action.UnknownFields is { Count: > 0 }));
        ParquetWriter.Write(connection, new ParquetWrite { Select = select, Target = path, RowGroupRows = RowGroupRows }, cancellationToken);
    }

    private static string Select(bool hasUnknown)
    {
        var unknown = hasUnknown ? $", '{UnknownFields}': unknown" : "";
        const string partition = "CAST(CAST(partition_values AS JSON) AS MAP(VARCHAR, VARCHAR))";
        const string tags = "CAST(CAST(tags AS JSON) AS MAP(VARCHAR, VARCHAR))";
        var metadata = $"from_json(line -> '$.metaData', {DuckSql.Literal(MetadataType)})";
        if (hasUnknown)
            metadata = $"struct_insert({metadata}, {UnknownFields} := unknown)";
        return $$"""
            SELECT
                CASE kind WHEN 'txn' THEN {'appId': app_id, 'version': version, 'lastUpdated': last_updated{{unknown}}} END AS txn,
                CASE kind WHEN 'add' THEN {'path': path, 'partitionValues': {{partition}}, 'size': size, 'modificationTime': modification_time, 'dataChange': data_change,
                    'stats': stats, 'tags': {{tags}}{{unknown}}} END AS add,
                CASE kind WHEN 'remove' THEN {'path': path, 'deletionTimestamp': deletion_timestamp, 'dataChange': data_change, 'extendedFileMetadata': extended,
                    'partitionValues': {{partition}}, 'size': size, 'stats': stats, 'tags': {{tags}}{{unknown}}} END AS remove,
                CASE kind WHEN 'metaData' THEN {{metadata}} END AS metaData,
                CASE kind WHEN 'protocol' THEN {'minReaderVersion': CAST(line ->> '$.protocol.minReaderVersion' AS INTEGER),
                    'minWriterVersion': CAST(line ->> '$.protocol.minWriterVersion' AS INTEGER){{unknown}}} END AS protocol
            FROM actions
            """;
    }

    private static void Append(DuckAppender appender, DeltaAction action)
    {
        if (action.UnknownFields is { Count: > 0 } unknown)
            appender.Set(14, JsonSerializer.Serialize(unknown, CheckpointJson.Default.DictionaryStringJsonElement));
        switch (action)
        {
            case AddAction add:
                appender.Set(0, "add");
                AppendFile(appender, add.Path, add.PartitionValues, add.Size, add.DataChange, add.Stats, add.Tags);
                appender.Set(4, add.ModificationTime);
                break;
            case RemoveAction remove:
                appender.Set(0, "remove");
                AppendFile(appender, remove.Path, remove.PartitionValues, remove.Size, remove.DataChange, remove.Stats, remove.Tags);
                appender.Set(5, remove.DeletionTimestamp);
                appender.Set(7, remove.ExtendedFileMetadata);
                break;
            case TransactionAction transaction:
                appender.Set(0, "txn");
                appender.Set(10, transaction.AppId);
                appender.Set(11, transaction.Version);
                if (transaction.LastUpdated is { } lastUpdated)
                    appender.Set(12, lastUpdated);
                break;
            case MetadataAction or ProtocolAction:
                appender.Set(0, action is MetadataAction ? "metaData" : "protocol");
                appender.Set(13, Encoding.UTF8.GetString(DeltaJson.Write([action])));
                break;
            default:
                throw new ArgumentException($"a checkpoint holds no {action.GetType().Name}", nameof(action));
        }
    }

    private static void AppendFile(
        DuckAppender appender, string path, ImmutableSortedDictionary<string, string?>? partitionValues, long? size, bool dataChange, string? stats, ImmutableSortedDictionary<string, string>? tags)
    {
        appender.Set(1, path);
        if (partitionValues is not null)
            appender.Set(2, JsonSerializer.Serialize(partitionValues, CheckpointJson.Default.PartitionValues));
        if (size is { } bytes)
            appender.Set(3, bytes);
        appender.Set(6, dataChange);
        appender.Set(8, stats);
        if (tags is not null)
            appender.Set(9, JsonSerializer.Serialize(tags, CheckpointJson.Default.PartitionValues));
    }
}

[JsonSerializable(typeof(ImmutableSortedDictionary<string, string?>), TypeInfoPropertyName = "PartitionValues")]
[JsonSerializable(typeof(Dictionary<string, JsonElement>))]
internal sealed partial class CheckpointJson : JsonSerializerContext;
