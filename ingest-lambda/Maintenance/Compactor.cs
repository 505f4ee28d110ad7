using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Parquet.Packing;
using FlowLake.Lake.Rollups;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Writes the rows of several files of a partition into one, in the table's order and packed; those of a rollup added up.</summary>
/// <param name="store">The lake's store.</param>
/// <param name="engine">Memory and room.</param>
/// <param name="timeProvider">The clock.</param>
public sealed class Compactor(IObjectStore store, MaintenanceEngine engine, TimeProvider timeProvider)
{
    /// <summary>Writes the file and puts it into the store. It belongs to the table once it is committed in the others' place; if that fails, the caller deletes it.</summary>
    /// <param name="table">The table.</param>
    /// <param name="group">The files.</param>
    /// <param name="cancellationToken">Stops it.</param>
    /// <returns>The new file's key, and its add.</returns>
    /// <exception cref="FileNotFoundException">A file is gone: plan anew.</exception>
    public async Task<(string Key, AddAction Add)> StageAsync(TableDefinition table, CompactionGroup group, CancellationToken cancellationToken)
    {
        using var files = await TableFiles.FetchAsync(store, table, group.Files, engine.WorkFolder, cancellationToken);
        var staged = await Task.Run(() => Write(table, group, files, cancellationToken), cancellationToken);
        var (key, add) = (await DataFile.UploadAsync(store, table, [staged], dataChange: false, timeProvider.GetUtcNow(), cancellationToken)).Single();
        return (key, DataVersion.Write(add, group.DataVersion));
    }

    private DataFile Write(TableDefinition table, CompactionGroup group, TableFiles files, CancellationToken cancellationToken)
    {
        using var database = engine.Open(files.Folder);
        using var connection = database.Connect();
        var (rows, rollup) = (TableRows.Select(table, files.Paths), RollupTables.Of(table));
        var compacted = rollup is null ? rows : $"SELECT * FROM ({RollupSql.WithTraffic(rollup, RollupSql.Sum(rollup, $"({rows})"))})";
        var before = Kept(files.Paths);
        var written = ParquetWriter.Write(connection, new ParquetWrite { Select = $"{compacted} ORDER BY {string.Join(", ", table.SortOrder)}", Target = files.NewPath(0) }, cancellationToken).Single();
        if (Kept([written.Path]) is var after && after != before)
            throw new InvalidOperationException($"{after} of {table.Name} were written where its files have {before}: a file changed while it was read");
        ImmutableArray<string> numbers = [.. table.DataColumns.Where(column => column.Type is ColumnType.Int64 or ColumnType.Timestamp).Select(column => column.Name)];
        var packed = ParquetPacker.Pack(connection, written, files.NewPath(1), numbers, cancellationToken);
        return DataFile.Of(table, packed, group.Files[0].PartitionValues);

        // What has to be the same: the number of rows, or what the parts of a rollup come to.
        string Kept(ImmutableArray<string> paths) => rollup is null
            ? $"{ParquetReader.Footers(connection, paths).Sum(footer => footer.RowCount)} rows"
            : "sums " + connection.Scalar<string>($"SELECT CAST([{string.Join(", ", rollup.Sums.Select(column => $"sum({column.Name})"))}] AS VARCHAR) FROM ({TableRows.Select(table, paths)})");
    }
}
