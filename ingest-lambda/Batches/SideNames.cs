using System.Text;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Ingest.Batches;

/// <summary>Which side objects inbox files name.</summary>
internal static class SideNames
{
    /// <exception cref="DuckException">Some of the files cannot be read.</exception>
    public static IReadOnlyList<SideObject> Read(DuckConnection connection, IReadOnlyList<LocalFile> files)
    {
        var byPath = files.ToDictionary(file => file.Path);
        var named = new List<SideObject>();
        using var result = connection.Query($"""
            SELECT file_name, value
            FROM parquet_kv_metadata({DuckSql.Literals(files.Select(file => file.Pattern))})
            WHERE key = CAST({DuckSql.Literal(SideObject.MetadataKey)} AS BLOB)
            """);
        while (result.Read())
        {
            for (var row = 0; row < result.RowCount; row++)
            {
                var file = byPath[result.Vector(0).Text(row)!];
                named.AddRange(SideObject.Names(Encoding.UTF8.GetString(result.Vector(1).Utf8(row))).Select(table => new SideObject(file.Key, table)));
            }
        }

        return named;
    }
}
