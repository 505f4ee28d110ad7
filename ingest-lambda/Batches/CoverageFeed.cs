using System.Text;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>The table <c>coverage</c>: the JSON that travels in the inbox files' metadata. A file without it has no coverage rows.</summary>
/// <param name="table">The table as its log has it. Columns it learned from a newer ingest are null, for no inbox file of ours brings them.</param>
public sealed class CoverageFeed(TableDefinition table) : Feed(table)
{
    private const string StagingTable = "coverage_of_inbox_files";

    private readonly Dictionary<string, IReadOnlyList<CoverageRecord>> rowsByPath = [];

    private static IEnumerable<Column> StoredColumns => CoverageColumns.All.Where(column => column.Type != ColumnType.Date);

    /// <inheritdoc/>
    public override void Open(DuckConnection connection, IReadOnlyList<LocalFile> files, Action<LocalFile, string> complain)
    {
        var byPath = files.ToDictionary(file => file.Path);
        foreach (var file in files)
            rowsByPath[file.Path] = [];
        using var result = connection.Query($"""
            SELECT file_name, value
            FROM parquet_kv_metadata({DuckSql.Literals(files.Select(file => file.Pattern))})
            WHERE key = CAST({DuckSql.Literal(CoverageColumns.MetadataKey)} AS BLOB)
            """);
        while (result.Read())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                var file = byPath[result.Vector(0).Text(row)!];
                try
                {
                    var rows = CoverageJson.Read(Encoding.UTF8.GetString(result.Vector(1).Utf8(row)));
                    if (rows.FirstOrDefault(record => record is null || record.Incarnation != $"{file.Key.Stream.Incarnation:D}") is { } stray)
                        complain(file, $"a row of its coverage is of incarnation \"{stray.Incarnation}\" where the key says \"{file.Key.Stream.Incarnation:D}\"");
                    rowsByPath[file.Path] = rows;
                }
                catch (JsonException exception)
                {
                    complain(file, $"its metadata {CoverageColumns.MetadataKey} cannot be read: {exception.Message}");
                }
            }
        }
    }

    /// <inheritdoc/>
    public override void Prepare(DuckConnection connection, IReadOnlyList<LocalFile> files)
    {
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {StagingTable} ({FileColumn} VARCHAR, {string.Join(", ", StoredColumns.Select(column => $"{DuckSql.Identifier(column.Name)} {DuckColumnType.Name(column.Type)}"))})");
        using var appender = connection.Appender(StagingTable);
        foreach (var file in files)
        {
            foreach (var record in rowsByPath[file.Path])
                Append(appender, file.Path, record);
        }

        appender.Close();
    }

    /// <inheritdoc/>
    public override string Rows(IReadOnlyList<LocalFile> files) => $"""
        SELECT {string.Join(", ", Table.Columns.Select(Expression))}, {FileColumn}
        FROM {StagingTable}
        WHERE {FileColumn} IN ({string.Join(", ", files.Select(file => DuckSql.Literal(file.Path)))})
        """;

    private static string Expression(Column column) => column switch
    {
        LearnedColumn => $"CAST(NULL AS {DuckColumnType.Name(column.Type)}) AS {DuckSql.Identifier(column.Name)}",
        { Type: ColumnType.Date } => "CAST(window_start AS DATE) AS date",
        _ => DuckSql.Identifier(column.Name),
    };

    private static void Append(DuckAppender appender, string path, CoverageRecord record)
    {
        var index = 0;
        appender.Set(index++, path);
        foreach (var column in StoredColumns)
        {
            switch (column)
            {
                case Column<CoverageRecord, string?> text when text.Read(record) is { Length: > 0 } value:
                    appender.Set(index, value);
                    break;
                case Column<CoverageRecord, long?> number when number.Read(record) is { } value:
                    appender.Set(index, value);
                    break;
                case Column<CoverageRecord, int?> number when number.Read(record) is { } value:
                    appender.Set(index, value);
                    break;
                case Column<CoverageRecord, DateTimeOffset?> instant when instant.Read(record) is { } value:
                    appender.Set(index, value);
                    break;
            }

            index++;
        }

        appender.EndRow();
    }
}
