using FlowLake.Lake.Objects;
using FlowLake.Lake.Parquet;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.Ingest.Maintenance;

/// <summary>Writes the rows of several files of a partition into one, in the table's order.</summary>
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
        var rows = ParquetReader.Footers(connection, files.Paths).Sum(footer => footer.RowCount);
        var select = $"{TableRows.Select(table, files.Paths)} ORDER BY {string.Join(", ", table.SortOrder)}";
        var written = ParquetWriter.Write(connection, new ParquetWrite { Select = select, Target = files.NewPath(0) }, cancellationToken).Single();
        if (written.RowCount != rows)
            throw new InvalidOperationException($"{written.RowCount} rows of {table.Name} were written where its files have {rows}: a file changed while it was read");
        return DataFile.Of(table, written, group.Files[0].PartitionValues);
    }
}
