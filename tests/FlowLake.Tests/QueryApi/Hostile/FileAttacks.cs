namespace FlowLake.Tests.QueryApi.Hostile;

/// <summary>Reading and writing files, by function, by name, and through every place of a statement.</summary>
internal static class FileAttacks
{
    public static IEnumerable<Attack> All =>
    [
        .. Attack.Refused("read a file by function", [.. Readers.Select(reader => $"SELECT * FROM {reader}")]),
        .. Attack.Refused("read a file by function", [.. Disguises]),
        .. Attack.Refused("read a file by its name", [.. Names.Select(name => $"SELECT * FROM {name}")]),
        .. Attack.Refused("read a file by its name", [.. Places.Select(place => string.Format(null, place, "\"{file}\""))]),
        .. Attack.Refused("read a file by a name WITH gives", [.. Scopes]),
        .. Attack.Refused("read a file from within an expression", [.. Hidden]),
        .. Attack.Refused("write a file", [.. Writers]),
    ];

    private static readonly string[] Readers =
    [
        "read_text('{secret}')", "read_blob('{secret}')", "read_csv('{secret}')", "read_csv_auto('{secret}')", "read_json('{secret}')", "read_json_auto('{secret}')",
        "read_json_objects('{secret}')", "read_ndjson('{secret}')", "read_ndjson_objects('{secret}')", "sniff_csv('{secret}')", "read_parquet('{file}')", "parquet_scan('{file}')",
        "parquet_metadata('{file}')", "parquet_schema('{file}')", "parquet_file_metadata('{file}')", "parquet_kv_metadata('{file}')", "parquet_bloom_probe('{file}', 'node', 'x')",
        "glob('{lake}/**')", "glob('/**')", "read_duckdb('{out}/x.db')", "arrow_scan(1, 2, 3)", "read_text(['{secret}'])", "read_text('/proc/self/environ')", "read_text('/proc/self/maps')",
    ];

    private static readonly string[] Disguises =
    [
        "SELECT * FROM main.read_text('{secret}')",
        "SELECT * FROM system.main.read_text('{secret}')",
        "SELECT * FROM \"read_text\"('{secret}')",
        "SELECT * FROM ReAd_TeXt('{secret}')",
        "SELECT * FROM read_text/**/(/**/'{secret}')",
        "SELECT * FROM flows, LATERAL read_text('{secret}')",
        "SELECT * FROM query('SELECT * FROM read_text(''{secret}'')')",
        "SELECT * FROM query_table('{file}')",
        "SELECT * FROM query_table(['{file}'])",
        "SELECT * FROM json_execute_serialized_sql(json_serialize_sql('SELECT * FROM read_text(''{secret}'')'))",
        "SELECT json_serialize_plan('SELECT * FROM ''{file}''')",
        "DESCRIBE SELECT * FROM read_text('{secret}')",
        "SUMMARIZE '{file}'",
        "DESCRIBE '{file}'",
        "FROM '{file}'",
        "TABLE \"{file}\"",
        "FROM read_text('{secret}')",
    ];

    private static readonly string[] Names =
    [
        "'{file}'", "\"{file}\"", "'{lake}/**/*.parquet'", "\"{lake}/flows/*/*/*.parquet\"", "'file://{file}'", "'{secret}'", "\"/dev/stdin\"", "'/etc/passwd'", "'flows.parquet'",
        "\"flows.csv\"", "'x.json'", "'s3://bucket/x.parquet'", "'https://127.0.0.1/x.csv'", "'hf://datasets/x.parquet'", "main.\"{file}\"", "memory.main.\"{file}\"", "temp.main.flows",
        "\"flows\"\".parquet\"", "'{file}' AS flows", "\"./x.parquet\"", "\"../x.parquet\"",
    ];

    // Where a table can stand; {0} is the file.
    private static readonly System.Text.CompositeFormat[] Places = [.. new[]
    {
        "SELECT * FROM flows JOIN {0} ON true",
        "SELECT * FROM flows POSITIONAL JOIN {0}",
        "SELECT * FROM flows NATURAL JOIN {0}",
        "SELECT * FROM flows SEMI JOIN {0} USING (node)",
        "SELECT * FROM flows WHERE node IN (SELECT node FROM {0})",
        "SELECT * FROM flows WHERE EXISTS (FROM {0})",
        "SELECT (SELECT count(*) FROM {0})",
        "SELECT * FROM flows ORDER BY (SELECT count(*) FROM {0})",
        "SELECT * FROM flows LIMIT (SELECT count(*) FROM {0})",
        "SELECT * FROM flows OFFSET (SELECT count(*) FROM {0})",
        "SELECT count(*) FILTER (WHERE (SELECT true FROM {0})) FROM flows",
        "SELECT sum(drops) OVER (ORDER BY (SELECT 1 FROM {0})) FROM flows",
        "SELECT node FROM flows GROUP BY node HAVING (SELECT true FROM {0})",
        "SELECT node FROM flows QUALIFY (SELECT true FROM {0})",
        "SELECT 1 UNION ALL SELECT 1 FROM {0}",
        "SELECT 1 EXCEPT SELECT 1 FROM {0}",
        "VALUES ((SELECT count(*) FROM {0}))",
        "SELECT * FROM unnest((SELECT list(node) FROM {0}))",
        "PIVOT {0} ON protocol IN ('tcp') USING count(*)",
        "UNPIVOT {0} ON drops INTO NAME n VALUE v",
        "WITH a AS (SELECT * FROM {0}) SELECT 1",
        "WITH flows AS (SELECT * FROM {0}) SELECT * FROM flows",
        "WITH a AS MATERIALIZED (FROM {0}) FROM a",
        "WITH RECURSIVE a AS (SELECT 1 AS x UNION ALL SELECT 1 FROM a, {0}) FROM a",
        "SELECT CASE WHEN true THEN (SELECT count(*) FROM {0}) END",
        "SELECT * REPLACE ((SELECT 'x' FROM {0}) AS node) FROM flows",
    }.Select(System.Text.CompositeFormat.Parse)];

    private static readonly string[] Scopes =
    [
        "WITH \"{file}\" AS (SELECT 1) SELECT * FROM \"{file}\"",
        "SELECT * FROM (WITH \"{file}\" AS (SELECT 1) SELECT * FROM \"{file}\") a, \"{file}\" b",
        "SELECT (WITH \"{file}\" AS (SELECT 1) SELECT * FROM \"{file}\"), (SELECT count(*) FROM \"{file}\")",
        "WITH \"{file}\" AS (SELECT * FROM \"{file}\") SELECT * FROM \"{file}\"",
        "WITH RECURSIVE \"{file}\" AS (SELECT 1 UNION ALL SELECT 1 FROM \"{file}\") SELECT * FROM \"{file}\"",
        "WITH a AS (SELECT * FROM duckdb_settings), duckdb_settings AS (SELECT 1) SELECT * FROM a",
        "WITH duckdb_settings AS (SELECT * FROM duckdb_settings) SELECT * FROM duckdb_settings",
        "WITH RECURSIVE duckdb_views AS (SELECT * FROM duckdb_views UNION ALL SELECT 1) SELECT * FROM duckdb_views",
        "SELECT * FROM (WITH sqlite_master AS (SELECT 1) FROM sqlite_master) a, sqlite_master b",
        "SELECT 1 UNION ALL (WITH duckdb_tables AS (SELECT 1) FROM duckdb_tables) UNION ALL SELECT count(*) FROM duckdb_tables",
        "SELECT (WITH pragma_database_list AS (SELECT 1 AS x) SELECT x FROM pragma_database_list) FROM pragma_database_list",
        "WITH a AS (WITH duckdb_columns AS (SELECT 1) FROM duckdb_columns) SELECT * FROM a, duckdb_columns",
    ];

    private static readonly string[] Hidden =
    [
        "SELECT list_transform(['{secret}'], lambda x: read_text(x))",
        "SELECT list_filter(['{secret}'], x -> getenv(x) = 'a')",
        "SELECT [getenv(x) FOR x IN ['HOME']]",
        "SELECT list_reduce(['HOME'], (x, y) -> getenv(x))",
        "SELECT 'HOME'.getenv()",
        "SELECT count(*) FILTER (WHERE getenv('HOME') = 'x') FROM flows",
        "SELECT sum(drops) OVER w FROM flows WINDOW w AS (ORDER BY getenv('HOME'))",
        "SELECT lag(drops, 1, length(getenv('HOME'))) OVER () FROM flows",
        "SELECT sum(drops) OVER (ROWS length(getenv('HOME')) PRECEDING) FROM flows",
        "SELECT quantile_cont(0.5) WITHIN GROUP (ORDER BY length(getenv('HOME'))) FROM flows",
        "SELECT string_agg(node, ',' ORDER BY getenv('HOME')) FROM flows",
        "SELECT node FROM flows GROUP BY GROUPING SETS ((node), (getenv('HOME')))",
        "SELECT node FROM flows GROUP BY node HAVING getenv('HOME') = 'x'",
        "SELECT now() AT TIME ZONE getenv('TZ')",
        "SELECT COLUMNS(x -> getenv(x) = 'a') FROM flows",
        "SELECT {'a': getenv('HOME')}",
        "SELECT ROW(getenv('HOME'))",
        "SELECT TRY(getenv('HOME'))",
        "SELECT TRY_CAST(getenv('HOME') AS INTEGER)",
        "SELECT 1 WHERE 'a' BETWEEN getenv('HOME') AND 'b'",
        "SELECT 1 WHERE getenv('HOME') IN ('a')",
        "SELECT 1 WHERE getenv('HOME') = ANY (SELECT 'a')",
        "SELECT * FROM range(length(getenv('HOME')))",
        "SELECT * FROM flows a JOIN flows b ON getenv('HOME') = a.node",
        "PIVOT (SELECT protocol, drops FROM flows) ON protocol IN ('tcp') USING max(getenv('HOME'))",
        "SELECT DISTINCT ON (getenv('HOME')) node FROM flows",
        "SELECT getenv('HOME') COLLATE nocase",
        "FROM flows SELECT * ORDER BY getenv('HOME')",
        "SELECT system.main.getenv('HOME')",
    ];

    private static readonly string[] Writers =
    [
        "COPY (SELECT 1) TO '{out}/x.csv'",
        "COPY (SELECT 1) TO '{lake}/x.csv'",
        "COPY flows TO '{out}/x.parquet' (FORMAT parquet)",
        "COPY (SELECT 1 AS a) TO '{out}/x' (FORMAT parquet, PARTITION_BY (a))",
        "COPY (SELECT 1) TO '/dev/stdout'",
        "COPY flows FROM '{file}'",
        "EXPLAIN COPY (SELECT 1) TO '{out}/x.csv'",
        "EXPLAIN ANALYZE COPY (SELECT 1) TO '{lake}/x.csv'",
        "EXPORT DATABASE '{out}'",
        "IMPORT DATABASE '{out}'",
        "ATTACH '{out}/x.db'",
        "ATTACH '{lake}/x.db' AS x",
        "ATTACH ':memory:' AS x",
        "DETACH memory",
        "SELECT * FROM enable_logging(storage='file', storage_path='{out}')",
        "CALL enable_logging(storage='file', storage_path='{out}')",
        "SELECT * FROM disable_logging()",
        "SELECT * FROM truncate_duckdb_logs()",
        "SELECT write_log('x')",
        "SELECT * FROM checkpoint()",
        "SELECT * FROM force_checkpoint()",
        "CREATE TABLE x AS SELECT 1",
        "CREATE OR REPLACE TEMP VIEW flows AS SELECT 1",
        "CREATE MACRO lower(x) AS 1",
        "CREATE TYPE x AS ENUM ('a')",
        "CREATE SECRET s (TYPE s3)",
        "CREATE PERSISTENT SECRET s (TYPE s3)",
        "INSERT INTO flows SELECT * FROM flows",
        "WITH a AS (SELECT 1) INSERT INTO flows FROM a",
        "UPDATE flows SET node = 'x'",
        "DELETE FROM flows",
        "TRUNCATE flows",
        "ALTER VIEW flows RENAME TO x",
        "DROP VIEW flows",
        "DROP SCHEMA main CASCADE",
        "COMMENT ON VIEW flows IS 'x'",
        "MERGE INTO flows USING coverage ON true WHEN MATCHED THEN DELETE",
        "PREPARE p AS COPY (SELECT 1) TO '{out}/x.csv'",
        "SELECT 1 INTO x",
    ];
}
