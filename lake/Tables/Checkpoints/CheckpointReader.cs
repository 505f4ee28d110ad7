using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.Lake.Tables.Checkpoints;

/// <summary>Reads the actions of a checkpoint, FlowLake's or another writer's: columns and fields it lacks are null, those it has beside the protocol's are passed over.</summary>
internal static class CheckpointReader
{
    private static readonly ImmutableArray<(string Column, string Field, string Type)> fields =
    [
        ("add", "path", "VARCHAR"), ("add", "partitionValues", Map), ("add", "size", "BIGINT"), ("add", "modificationTime", "BIGINT"),
        ("add", "dataChange", "BOOLEAN"), ("add", "stats", "VARCHAR"), ("add", "tags", Map), ("add", CheckpointWriter.UnknownFields, "VARCHAR"),
        ("remove", "path", "VARCHAR"), ("remove", "partitionValues", Map), ("remove", "size", "BIGINT"), ("remove", "deletionTimestamp", "BIGINT"),
        ("remove", "dataChange", "BOOLEAN"), ("remove", "stats", "VARCHAR"), ("remove", "tags", Map), ("remove", CheckpointWriter.UnknownFields, "VARCHAR"),
        ("remove", "extendedFileMetadata", "BOOLEAN"),
        ("txn", "appId", "VARCHAR"), ("txn", "version", "BIGINT"), ("txn", "lastUpdated", "BIGINT"), ("txn", CheckpointWriter.UnknownFields, "VARCHAR"),
        ("protocol", CheckpointWriter.UnknownFields, "VARCHAR"), ("metaData", CheckpointWriter.UnknownFields, "VARCHAR"),
    ];

    private const string Map = "MAP(VARCHAR, VARCHAR)";
    private const int Remove = 8;
    private const int Transaction = 17;
    private const int ProtocolUnknown = 21;
    private const int MetadataUnknown = 22;
    private const int Protocol = 23;
    private const int Metadata = 24;

    /// <exception cref="DuckException">The file is absent or no Parquet.</exception>
    /// <exception cref="DeltaLogException">It has no action, or a column of a checkpoint has another shape.</exception>
    public static List<DeltaAction> Read(string path, CancellationToken cancellationToken)
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        var source = $"read_parquet({DuckSql.Literal(path)}, hive_partitioning = false)";
        var present = Present(connection, source);
        var columns = fields.Select(field => present.Contains((field.Column, field.Field))
            ? $"CAST({DuckSql.Identifier(field.Column)}.{DuckSql.Identifier(field.Field)} AS {field.Type})"
            : $"CAST(NULL AS {field.Type})");
        using var result = connection.Query(
            $"SELECT {string.Join(", ", columns)}, {Line("protocol", present)}, {Line("metaData", present)} FROM {source}", cancellationToken);
        var actions = new List<DeltaAction>();
        var partitions = new Dictionary<string, ImmutableSortedDictionary<string, string?>>(StringComparer.Ordinal);
        while (result.Read())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                if (Action(result, row, partitions, path) is { } action)
                    actions.Add(action);
            }
        }

        return actions;
    }

    private static HashSet<(string Column, string Field)> Present(DuckConnection connection, string source)
    {
        using var statement = connection.Prepare($"SELECT * FROM {source}");
        return [.. statement.Columns().SelectMany(column => column.Type.Fields.Select(field => (column.Name, field.Name)))];
    }

    // Protocol and metadata come as the line a commit would have of them, since that has a reader already.
    private static string Line(string column, HashSet<(string Column, string Field)> present) => present.Any(field => field.Column == column)
        ? $"CASE WHEN {DuckSql.Identifier(column)} IS NOT NULL THEN CAST(to_json({{'{column}': {DuckSql.Identifier(column)}}}) AS VARCHAR) END"
        : "CAST(NULL AS VARCHAR)";

    private static DeltaAction? Action(DuckResult result, int row, Dictionary<string, ImmutableSortedDictionary<string, string?>> partitions, string path)
    {
        if (result.Vector(0).Text(row) is { } added)
        {
            return new AddAction(added, Values(result.Vector(1), row, partitions)!, Number(result, 2, row) ?? 0, Number(result, 3, row) ?? 0, Flag(result, 4, row), result.Vector(5).Text(row), Tags(result.Vector(6), row, partitions))
            {
                UnknownFields = Unknown(result, 7, row),
            };
        }

        if (result.Vector(Remove).Text(row) is { } removed)
        {
            return new RemoveAction(removed, Number(result, Remove + 3, row) ?? 0, Flag(result, Remove + 4, row), Flag(result, Remove + 8, row), Values(result.Vector(Remove + 1), row, partitions), Number(result, Remove + 2, row))
            {
                Stats = result.Vector(Remove + 5).Text(row),
                Tags = Tags(result.Vector(Remove + 6), row, partitions),
                UnknownFields = Unknown(result, Remove + 7, row),
            };
        }

        if (result.Vector(Transaction).Text(row) is { } application)
            return new TransactionAction(application, Number(result, Transaction + 1, row) ?? 0, Number(result, Transaction + 2, row)) { UnknownFields = Unknown(result, Transaction + 3, row) };
        if ((result.Vector(Protocol).Text(row) ?? result.Vector(Metadata).Text(row)) is { } line)
        {
            var action = DeltaJson.Read(Encoding.UTF8.GetBytes(line), path).Single();
            action.UnknownFields = Unknown(result, action is ProtocolAction ? ProtocolUnknown : MetadataUnknown, row);
            return action;
        }

        return null;
    }

    private static long? Number(DuckResult result, int column, int row) => result.Vector(column).IsNull(row) ? null : result.Vector(column).Values<long>()[row];

    private static bool Flag(DuckResult result, int column, int row) => !result.Vector(column).IsNull(row) && result.Vector(column).Values<byte>()[row] != 0;

    private static Dictionary<string, JsonElement>? Unknown(DuckResult result, int column, int row) =>
        result.Vector(column).Text(row) is { } text ? JsonSerializer.Deserialize(text, CheckpointJson.Default.DictionaryStringJsonElement) : null;

    private static ImmutableSortedDictionary<string, string>? Tags(DuckVector map, int row, Dictionary<string, ImmutableSortedDictionary<string, string?>> seen) =>
        Values(map, row, seen)!;

    // Thousands of files share a partition: equal maps are one object, which makes the snapshot small and its reading fast.
    private static ImmutableSortedDictionary<string, string?>? Values(DuckVector map, int row, Dictionary<string, ImmutableSortedDictionary<string, string?>> seen)
    {
        if (map.IsNull(row))
            return null;
        var entries = map.Child(0);
        var run = map.Values<DuckListEntry>()[row];
        var identity = new StringBuilder();
        for (var index = (int)run.Offset; index < run.Offset + run.Length; index++)
            identity.Append(entries.Child(0).Text(index)).Append('\0').Append(entries.Child(1).Text(index) ?? "\u0001").Append('\0');
        if (seen.TryGetValue(identity.ToString(), out var known))
            return known;
        var values = ImmutableSortedDictionary.CreateBuilder<string, string?>(StringComparer.Ordinal);
        for (var index = (int)run.Offset; index < run.Offset + run.Length; index++)
            values[entries.Child(0).Text(index)!] = entries.Child(1).Text(index);
        return seen[identity.ToString()] = values.ToImmutable();
    }
}
