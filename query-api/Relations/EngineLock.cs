using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Relations;

/// <summary>Closes the engine to all but reading some folders. The order of these statements is what makes them work.</summary>
internal static class EngineLock
{
    public static void Apply(DuckConnection connection, IEnumerable<string> folders)
    {
        connection.Execute("SET GLOBAL parquet_metadata_cache = true");
        connection.Execute($"SET GLOBAL allowed_directories = {DuckSql.Literals(folders.Select(folder => folder.TrimEnd('/') + "/"))}");
        connection.Execute("SET GLOBAL enable_external_access = false");
        connection.Execute("SET GLOBAL lock_configuration = true");
    }
}
