using System.Net;

namespace FlowLake.Tests.QueryApi.Hostile;

/// <summary>The engine's settings, extensions, catalog and own state, and statements that are no SELECT.</summary>
internal static class EngineAttacks
{
    public static IEnumerable<Attack> All =>
    [
        .. Attack.Refused("settings", [.. Settings]),
        .. Attack.Refused("extensions", "INSTALL httpfs", "FORCE INSTALL httpfs", "LOAD httpfs", "LOAD '{out}/x.duckdb_extension'", "UPDATE EXTENSIONS", "SELECT * FROM duckdb_extensions()", "INSTALL x FROM community"),
        .. Attack.Refused("catalog", [.. Catalog.Select(table => $"SELECT * FROM {table}")]),
        .. Attack.Refused("catalog by an expression", [.. Functions.Select(function => $"SELECT {function}")]),
        .. Attack.Refused("SHOW, DESCRIBE, SUMMARIZE", [.. Shows]),
        .. Attack.Refused("no SELECT, or more than one", [.. Statements]),
        // What a name means that the engine takes for a function.
        .. Attack.Refused("functions without parentheses", "SELECT current_user", "SELECT current_schema", "SELECT current_catalog", "SELECT session_user", "SELECT current_role", "SELECT user", "SELECT \"current_schema\" FROM flows"),
        .. Attack.Refused("columns that are not shown", "SELECT filename FROM flows", "SELECT file_row_number FROM flows", "SELECT rowid FROM flows", "SELECT flow_key FROM flows", "SELECT file_index FROM flows", "SELECT files.filename FROM flows"),
        Attack.Sql("a harmless name of the catalog", "WITH duckdb_settings AS (SELECT 'mine' AS x) SELECT x FROM duckdb_settings", HttpStatusCode.OK, "[[\"mine\"]]"),
    ];

    private static readonly string[] Settings =
    [
        "SET memory_limit = '1TB'", "SET threads = 1000", "SET lock_configuration = false", "SET GLOBAL enable_external_access = true", "SET allowed_directories = ['/']", "SET TimeZone = 'Asia/Tokyo'",
        "SET SESSION schema = 'main'", "SET search_path = 'main'", "SET VARIABLE x = 1", "RESET memory_limit", "RESET VARIABLE x", "PRAGMA enable_profiling", "PRAGMA enable_profiling = 'json'", "PRAGMA profiling_output = '{out}/x'",
        "PRAGMA database_list", "PRAGMA table_info('flows')", "PRAGMA disable_verification", "PRAGMA version", "SELECT current_setting('allowed_directories')", "SELECT current_setting(node) FROM flows", "SELECT getvariable('x')",
        "SELECT * FROM duckdb_settings()", "SELECT set_config('a', 'b', false)", "SELECT setseed(0.5)", "SELECT pg_catalog.current_setting('threads')",
    ];

    private static readonly string[] Catalog =
    [
        "information_schema.tables", "information_schema.schemata", "information_schema.columns", "pg_catalog.pg_class", "pg_class", "pg_tables", "pg_settings", "sqlite_master", "sqlite_schema", "duckdb_views", "duckdb_views()",
        "duckdb_tables()", "duckdb_columns", "duckdb_functions()", "duckdb_databases()", "duckdb_schemas()", "duckdb_memory()", "duckdb_temporary_files()", "duckdb_external_file_cache()", "duckdb_secrets()", "duckdb_logs()", "duckdb_logs",
        "duckdb_variables()", "duckdb_types()", "duckdb_optimizers()", "duckdb_dependencies()", "duckdb_prepared_statements()", "duckdb_keywords()", "which_secret('x', 's3')", "pragma_database_size()", "pragma_version()", "pragma_platform()",
        "pragma_storage_info('flows')", "pragma_table_info('flows')", "pragma_show('flows')", "pragma_metadata_info()", "pragma_user_agent()", "test_all_types()", "test_vector_types(NULL::INTEGER)", "seq_scan('flows')", "summary(TABLE flows)", "sql_auto_complete('SEL')",
        "pg_timezone_names()", "icu_calendar_names()", "storage_info('flows')",
    ];

    private static readonly string[] Functions =
    [
        "version()", "current_database()", "current_schema()", "current_schemas(true)", "current_query()", "txid_current()", "current_user()", "pg_get_viewdef(1)", "obj_description(1)", "has_table_privilege('flows', 'select')", "in_search_path('a', 'b')",
        "nextval('s')", "currval('s')", "stats(1)", "vector_type(1)", "error('x')", "sleep_ms(100000)", "pg_sleep(100)", "json_execute_serialized_sql('{}')", "json_serialize_sql('SELECT 1')", "get_block_size('memory')", "uuid()", "add_parquet_key('a', 'b')",
        "create_sort_key(1, 'ASC')", "parse_filename('/a/b')", "getvariable('x')", "pg_typeof(1)", "to_json(1)", "json('{}')", "pg_size_pretty(1)", "md5_number('x')", "nosuch(1)", "\"\"(1)",
    ];

    private static readonly string[] Shows =
    [
        "SHOW TABLES", "SHOW ALL TABLES", "SHOW DATABASES", "SHOW SCHEMAS", "SHOW TABLES FROM main", "SHOW memory_limit", "SHOW ALL", "FROM (SHOW TABLES)", "FROM (SHOW ALL TABLES)", "FROM (SHOW DATABASES)", "DESCRIBE (SHOW TABLES)", "DESCRIBE", "DESCRIBE duckdb_settings",
        "DESCRIBE information_schema.tables", "SUMMARIZE duckdb_settings()", "SUMMARIZE sqlite_master", "FROM (DESCRIBE duckdb_views)", "FROM (SUMMARIZE duckdb_settings)", "SHOW CREATE TABLE flows", "SELECT (SELECT count(*) FROM (SHOW TABLES))",
    ];

    private static readonly string[] Statements =
    [
        "SELECT 1; SELECT 2", "SELECT 1; DROP VIEW flows", "SELECT 1; COPY (SELECT 1) TO '{out}/x.csv'", "SELECT 1;\n--\n;SET memory_limit = '1TB'", "BEGIN", "COMMIT", "ROLLBACK", "BEGIN; SELECT 1; COMMIT", "CHECKPOINT", "FORCE CHECKPOINT", "VACUUM", "ANALYZE",
        "PREPARE p AS SELECT 1", "EXECUTE p", "EXECUTE p(1)", "DEALLOCATE p", "EXPLAIN SELECT 1", "EXPLAIN ANALYZE SELECT 1", "CALL duckdb_settings()", "CALL pragma_version()", "USE main", "USE memory.main", "PIVOT traffic ON protocol USING sum(bytes)",
        "SELECT * FROM flows TABLESAMPLE 10%", "SELECT * FROM flows AT (VERSION => 1)", "SELECT * FROM flows USING SAMPLE 3", "SELECT CAST('a' AS nosuchtype)", "SELECT CAST('{}' AS JSON)", "SELECT CAST('[1]' AS INTEGER[])", "SELECT 'a'::STRUCT(a INTEGER)", "SELECT 'x'::BLOB",
        "", "   ", "-- nothing", "/* nothing */", "/* open", ";", ";;;", "SELECT", "SELECT 'open", "SELECT \"open", "SELECT $$open", "SELECT 1 +",
    ];
}
