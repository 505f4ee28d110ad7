using FlowLake.Lake.Duck;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Batches;

/// <summary>How the rows of one table come out of inbox files. One instance serves one batch.</summary>
/// <param name="table">The table as its log has it.</param>
public abstract class Feed(TableDefinition table)
{
    /// <summary>The column of <see cref="Rows"/> that names the row's file.</summary>
    protected const string FileColumn = "flowlake_file";

    /// <summary>The table as its log has it.</summary>
    protected TableDefinition InLog { get; } = table;

    /// <summary>The table: as its log has it, and once <see cref="Learn"/> was called with the columns the files bring.</summary>
    public TableDefinition Table { get; protected set; } = table;

    // Asked only of ends on the row's own node: an end that an address led elsewhere may lie in another zone, and neither may be known.
    private string Misplaced => Table.Columns.Any(column => column.Name == "observer")
        ? "CASE observer WHEN 'client' THEN client_node = node AND client_zone <> zone WHEN 'server' THEN server_node = node AND server_zone <> zone END"
        : "false";

    /// <summary>Reads what must be known of the files before their rows can be asked for. It may be called again with some of the same files.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="files">The files.</param>
    /// <param name="complain">Gets a file that cannot be taken, and why.</param>
    /// <exception cref="DuckException">Some of the files cannot be read.</exception>
    public abstract void Open(DuckConnection connection, IReadOnlyList<LocalFile> files, Action<LocalFile, string> complain);

    /// <summary>Called once, after all files are opened and before rows are asked for.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="files">The files that can be taken.</param>
    public virtual void Prepare(DuckConnection connection, IReadOnlyList<LocalFile> files)
    {
    }

    /// <summary>Adds to the table the columns it lacks. Called anew when one of the files turned out a bad one.</summary>
    /// <param name="files">The files whose rows it will get, in the order of their keys.</param>
    /// <param name="complain">Gets a file whose columns do not go together with those of the files before it, and why.</param>
    public virtual void Learn(IReadOnlyList<LocalFile> files, Action<LocalFile, string> complain)
    {
    }

    /// <summary>A SELECT of the files' rows: the table's columns with their names and types, and <see cref="FileColumn"/>.</summary>
    public abstract string Rows(IReadOnlyList<LocalFile> files);

    /// <summary>What the files hold, by file and partition.</summary>
    public IReadOnlyList<FileFacts> Inspect(DuckConnection connection, IReadOnlyList<LocalFile> files)
    {
        var byPath = files.ToDictionary(file => file.Path);
        var partition = Table.PartitionColumns.Select(column => $"CAST({DuckSql.Identifier(column)} AS VARCHAR)");
        using var result = connection.Query($"""
            SELECT {FileColumn}, count(*), count(window_start), epoch_us(min(window_start)), epoch_us(max(window_start)), count(node), min(node), max(node), count(*) FILTER ({Misplaced}),
                   {string.Join(", ", partition)}
            FROM ({Rows(files)})
            GROUP BY {FileColumn}, {DuckSql.Identifiers(Table.PartitionColumns)}
            """);
        var facts = new List<FileFacts>();
        while (result.Read())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                facts.Add(new FileFacts(
                    byPath[result.Vector(0).Text(row)!],
                    [.. Table.PartitionColumns.Select((_, index) => result.Vector(9 + index).Text(row))],
                    result.Vector(1).Values<long>()[row],
                    result.Vector(2).Values<long>()[row],
                    result.Vector(3).IsNull(row) ? null : result.Vector(3).Values<long>()[row],
                    result.Vector(4).IsNull(row) ? null : result.Vector(4).Values<long>()[row],
                    result.Vector(5).Values<long>()[row],
                    result.Vector(6).Text(row),
                    result.Vector(7).Text(row),
                    result.Vector(8).Values<long>()[row]));
            }
        }

        return facts;
    }

    /// <summary>The files in which a column has a value that no row can have, with that value.</summary>
    /// <param name="connection">The engine.</param>
    /// <param name="files">The files.</param>
    /// <param name="column">A column of numbers.</param>
    public IReadOnlyList<(LocalFile File, long Amount)> FindAbsurd(DuckConnection connection, IReadOnlyList<LocalFile> files, string column)
    {
        var byPath = files.ToDictionary(file => file.Path);
        var amount = DuckSql.Identifier(column);
        using var result = connection.Query($"""
            SELECT {FileColumn}, arg_max({amount}, abs({amount}::HUGEINT))::BIGINT
            FROM ({Rows(files)})
            WHERE {amount} NOT BETWEEN 0 AND {InboxRules.AmountMax}
            GROUP BY {FileColumn}
            """);
        var found = new List<(LocalFile, long)>();
        while (result.Read())
        {
            for (var row = 0; row < result.RowCount; row++)
                found.Add((byPath[result.Vector(0).Text(row)!], result.Vector(1).Values<long>()[row]));
        }

        return found;
    }

    /// <summary>Reads every value of the files and keeps none.</summary>
    /// <exception cref="DuckException">A value cannot be read.</exception>
    public void ReadThrough(DuckConnection connection, IReadOnlyList<LocalFile> files) =>
        connection.Execute($"SELECT bit_xor(hash({DuckSql.Identifiers(Table.Columns.Select(column => column.Name))})) FROM ({Rows(files)})");
}
