using System.Collections.Immutable;
using System.Text.Json.Nodes;
using FlowLake.Schemas.Tables;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>What a new table's first commit says of it.</summary>
public static class DeltaSchema
{
    /// <summary>The key of the tag that says which generation of columns a file was written with.</summary>
    public const string GenerationTag = "flowlake.schema_generation";

    /// <summary>The schema as the protocol's JSON: every column nullable, its meaning as the comment.</summary>
    public static string SchemaString(TableDefinition table) => new JsonObject
    {
        ["type"] = "struct",
        ["fields"] = new JsonArray([.. table.Columns.Select(Field)]),
    }.ToJsonString();

    /// <summary>The metadata a new table starts with.</summary>
    /// <param name="table">The table.</param>
    /// <param name="id">Its id from now on.</param>
    /// <param name="now">When it is made.</param>
    public static MetadataAction Metadata(TableDefinition table, Guid id, DateTimeOffset now) => new(
        id.ToString("D"),
        table.Name,
        SchemaString(table),
        table.PartitionColumns,
        TableProperties.OfNewTable,
        now.ToUnixTimeMilliseconds());

    /// <summary>The metadata a table needs before files of <paramref name="table"/> may be added to it: its columns of today, and after them the new ones.</summary>
    /// <param name="table">The columns this FlowLake writes.</param>
    /// <param name="current">What the table's log says. Columns only a newer FlowLake knows stay.</param>
    /// <returns>Null when the table has every column already.</returns>
    /// <exception cref="DeltaLogException">A column has another type, or the partitions differ: the files would not fit the table.</exception>
    public static MetadataAction? Widened(TableDefinition table, MetadataAction current)
    {
        if (!current.PartitionColumns.SequenceEqual(table.PartitionColumns))
        {
            throw new DeltaLogException($"table {table.Name} is partitioned by {string.Join(", ", current.PartitionColumns)}; this FlowLake writes it by "
                + $"{string.Join(", ", table.PartitionColumns)}. Use the FlowLake that made the table, or another lake.");
        }

        var schema = JsonNode.Parse(current.SchemaString)!.AsObject();
        var fields = schema["fields"]!.AsArray();
        var known = fields.ToDictionary(field => (string)field!["name"]!, field => field!["type"]!, StringComparer.OrdinalIgnoreCase);
        var widened = false;
        foreach (var column in table.Columns)
        {
            if (!known.TryGetValue(column.Name, out var type))
            {
                fields.Add((JsonNode)Field(column));
                widened = true;
            }
            else if (type is not JsonValue || (string?)type != TypeName(column.Type))
            {
                throw new DeltaLogException($"column {column.Name} of table {table.Name} is {type.ToJsonString()} in the log; this FlowLake writes \"{TypeName(column.Type)}\". Use the FlowLake that made the table, or another lake.");
            }
        }

        return widened ? current with { SchemaString = schema.ToJsonString() } : null;
    }

    /// <summary>The table as its log has it: the definition, and behind its columns those newer agents brought.</summary>
    /// <param name="table">The columns this FlowLake knows.</param>
    /// <param name="current">What the log says; null for a table that does not exist yet.</param>
    public static TableDefinition Learned(TableDefinition table, MetadataAction? current)
    {
        if (current is null)
            return table;
        var known = table.Columns.Select(column => column.Name).ToHashSet(StringComparer.OrdinalIgnoreCase);
        var columns = table.Columns.ToBuilder();
        var unreadable = ImmutableArray.CreateBuilder<string>();
        foreach (var field in JsonNode.Parse(current.SchemaString)!["fields"]!.AsArray().Where(field => !known.Contains((string)field!["name"]!)))
        {
            var name = (string)field!["name"]!;
            // A date is what ingest makes of a window's start, by a rule that only the definition of its column can tell.
            if (field["type"] is JsonValue type && TypeOf((string)type!) is { } read and not ColumnType.Date)
                columns.Add(new LearnedColumn(name, read));
            else
                unreadable.Add(name);
        }

        return table with { Columns = columns.DrainToImmutable(), UnreadableColumns = unreadable.DrainToImmutable() };
    }

    private static JsonObject Field(Column column) => new()
    {
        ["name"] = column.Name,
        ["type"] = TypeName(column.Type),
        ["nullable"] = true,
        ["metadata"] = new JsonObject { ["comment"] = column.Description },
    };

    private static ColumnType? TypeOf(string name)
    {
        foreach (var type in Enum.GetValues<ColumnType>())
        {
            if (TypeName(type) == name)
                return type;
        }

        return null;
    }

    private static string TypeName(ColumnType type) => type switch
    {
        ColumnType.Boolean => "boolean",
        ColumnType.Int32 => "integer",
        ColumnType.Int64 => "long",
        ColumnType.String => "string",
        ColumnType.Date => "date",
        ColumnType.Timestamp => "timestamp",
        _ => throw new ArgumentOutOfRangeException(nameof(type), type, "a column type without a Delta name"),
    };
}
