using System.Text;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>The table <c>coverage</c>: the JSON that travels in the inbox files' metadata. A file without it has no coverage rows. Members the table lacks it learns.</summary>
/// <param name="table">The table as its log has it.</param>
public sealed class CoverageFeed(TableDefinition table) : Feed(table)
{
    private const string StagingTable = "coverage_of_inbox_files";

    private readonly BroughtColumns brought = new(table);
    private readonly Dictionary<string, FileCoverage> byPath = [];

    /// <summary>Members of newer agents that the files have; as text, whatever their type.</summary>
    private string[] staged = [];

    private static IEnumerable<Column> StoredColumns => CoverageColumns.All.Where(column => column.Type != ColumnType.Date);

    /// <inheritdoc/>
    public override void Open(DuckConnection connection, IReadOnlyList<LocalFile> files, Action<LocalFile, string> complain)
    {
        var filesByPath = files.ToDictionary(file => file.Path);
        foreach (var file in files)
            byPath[file.Path] = FileCoverage.None;
        using var result = connection.Query($"""
            SELECT file_name, value
            FROM parquet_kv_metadata({DuckSql.Literals(files.Select(file => file.Pattern))})
            WHERE key = CAST({DuckSql.Literal(CoverageColumns.MetadataKey)} AS BLOB)
            """);
        while (result.Read())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                var file = filesByPath[result.Vector(0).Text(row)!];
                try
                {
                    var rows = CoverageJson.Read(Encoding.UTF8.GetString(result.Vector(1).Utf8(row)));
                    if (rows.Contains(null!))
                    {
                        complain(file, $"its metadata {CoverageColumns.MetadataKey} has null where a row belongs");
                        continue;
                    }

                    byPath[file.Path] = new FileCoverage(rows, CoverageMembers.Of(rows));
                    if (rows.FirstOrDefault(record => record.Incarnation != $"{file.Key.Stream.Incarnation:D}") is { } stray)
                        complain(file, $"a row of its coverage is of incarnation \"{stray.Incarnation}\" where the key says \"{file.Key.Stream.Incarnation:D}\"");
                    else if (Complaint(byPath[file.Path].Members) is { } wrong)
                        complain(file, wrong);
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
        staged = [.. files.SelectMany(file => byPath[file.Path].Members).Select(member => member.Name).Distinct()];
        string[] columns = [$"{FileColumn} VARCHAR", .. StoredColumns.Select(column => $"{DuckSql.Identifier(column.Name)} {DuckColumnType.Name(column.Type)}"), .. staged.Select(name => $"{DuckSql.Identifier(name)} VARCHAR")];
        connection.Execute($"CREATE OR REPLACE TEMP TABLE {StagingTable} ({string.Join(", ", columns)})");
        using var appender = connection.Appender(StagingTable);
        foreach (var file in files)
        {
            foreach (var record in byPath[file.Path].Rows)
                Append(appender, file.Path, record);
        }

        appender.Close();
    }

    /// <inheritdoc/>
    public override void Learn(IReadOnlyList<LocalFile> files, Action<LocalFile, string> complain) => Table = brought.Learn(files, file => byPath[file.Path].Members, complain);

    /// <inheritdoc/>
    public override string Rows(IReadOnlyList<LocalFile> files) => $"""
        SELECT {string.Join(", ", Table.Columns.Select(Expression))}, {FileColumn}
        FROM {StagingTable}
        WHERE {FileColumn} IN ({string.Join(", ", files.Select(file => DuckSql.Literal(file.Path)))})
        """;

    private string Expression(Column column) => column switch
    {
        LearnedColumn => $"CAST({(staged.Contains(column.Name) ? DuckSql.Identifier(column.Name) : "NULL")} AS {DuckColumnType.Name(column.Type)}) AS {DuckSql.Identifier(column.Name)}",
        { Type: ColumnType.Date } => "CAST(window_start AS DATE) AS date",
        _ => DuckSql.Identifier(column.Name),
    };

    // One member with two types is as bad as one with a type no column has.
    private string? Complaint(IReadOnlyList<(string Name, string? Type)> members) =>
        members.Select(member => brought.Complaint(member.Name, member.Type)).FirstOrDefault(complaint => complaint is not null)
        ?? (members.GroupBy(member => member.Name, StringComparer.OrdinalIgnoreCase).FirstOrDefault(types => types.Count() > 1) is { } mixed
            ? $"its coverage has {mixed.Key} as {string.Join(" and as ", mixed.Select(member => $"{member.Name} {member.Type}"))}"
            : null);

    private void Append(DuckAppender appender, string path, CoverageRecord record)
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

        foreach (var name in staged)
        {
            if (CoverageMembers.Text(record, name) is { } value)
                appender.Set(index, value);
            index++;
        }

        appender.EndRow();
    }

    /// <summary>What a file has of coverage, and the members of its rows that the record has no place for.</summary>
    private sealed record FileCoverage(IReadOnlyList<CoverageRecord> Rows, IReadOnlyList<(string Name, string? Type)> Members)
    {
        public static readonly FileCoverage None = new([], []);
    }
}
