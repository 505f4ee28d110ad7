using System.Globalization;
using System.Text;
using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;

namespace FlowLake.Tests.Lake.Tables;

/// <summary>
/// Holds a table against the text of the Delta protocol, by nothing that its writer uses but the store and the engine: the log as plain JSON, data files as
/// whoever reads them finds them. Source: https://github.com/delta-io/delta/blob/master/PROTOCOL.md.
/// </summary>
internal sealed partial class DeltaChecker
{
    private readonly IObjectStore store;
    private readonly string table;
    private readonly string folder;
    private readonly Dictionary<string, JsonElement> files = new(StringComparer.Ordinal);
    private readonly HashSet<string> pathsEver = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> transactions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, JsonElement> tombstones = new(StringComparer.Ordinal);
    private readonly List<string> problems = [];
    private JsonElement? metadata;
    private long version = -1;

    private DeltaChecker(IObjectStore store, string table, string folder)
    {
        this.store = store;
        this.table = table;
        this.folder = folder;
    }

    /// <summary>Checks a table.</summary>
    /// <param name="store">The lake's store.</param>
    /// <param name="table">The table's name.</param>
    /// <param name="folder">A local folder for copies of data files where the store cannot be read in place.</param>
    public static async Task<DeltaReport> CheckAsync(IObjectStore store, string table, string folder)
    {
        using var database = DuckDatabase.Open(new DuckOptions { Threads = 1 });
        using var connection = database.Connect();
        var checker = new DeltaChecker(store, table, folder);
        await checker.ReadLogAsync(connection);
        await checker.CheckTombstonesAsync();
        var (rows, relations) = (0L, new List<string>());
        foreach (var add in checker.files.Values)
        {
            if (await checker.CheckFileAsync(connection, add) is var (count, relation))
            {
                rows += count;
                relations.Add(relation);
            }
        }

        return new DeltaReport(checker.version, checker.files.Count, rows, checker.transactions, checker.problems, string.Join(" UNION ALL BY NAME ", relations));
    }

    private void ReadCommit(string content)
    {
        var pathsHere = new HashSet<string>(StringComparer.Ordinal);
        var applicationsHere = new HashSet<string>(StringComparer.Ordinal);
        var kinds = new List<string>();
        foreach (var line in content.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            using var document = JsonDocument.Parse(line);
            var action = document.RootElement.EnumerateObject().Single();
            kinds.Add(action.Name);
            var value = action.Value.Clone();
            switch (action.Name)
            {
                case "metaData":
                    if (metadata is { } earlier && earlier.GetProperty("id").GetString() != value.GetProperty("id").GetString())
                        problems.Add($"version {version}: the table has another id");
                    metadata = value;
                    CheckSchema(value);
                    if (value.GetProperty("format").GetProperty("provider").GetString() != "parquet")
                        problems.Add($"version {version}: the format is not parquet");
                    break;
                case "protocol":
                    CheckProtocol(value);
                    break;
                case "add":
                    var path = value.GetProperty("path").GetString()!;
                    if (!pathsHere.Add(path) || !pathsEver.Add(path))
                        problems.Add($"version {version}: {path} is added twice");
                    if (!value.GetProperty("dataChange").GetBoolean() && !kinds.Contains("remove"))
                        problems.Add($"version {version}: {path} says it changes no data, but nothing is removed");
                    files[path] = value;
                    tombstones.Remove(path);
                    break;
                case "remove":
                    var removed = value.GetProperty("path").GetString()!;
                    if (!pathsHere.Add(removed) || !files.Remove(removed))
                        problems.Add($"version {version}: {removed} is removed but was not there");
                    if (value.GetProperty("extendedFileMetadata").GetBoolean() && (!value.TryGetProperty("partitionValues", out _) || !value.TryGetProperty("size", out _)))
                        problems.Add($"version {version}: the removal of {removed} says it has the file's metadata, and lacks some");
                    tombstones[removed] = value;
                    break;
                case "txn":
                    var application = value.GetProperty("appId").GetString()!;
                    var step = value.GetProperty("version").GetInt64();
                    if (!applicationsHere.Add(application) || (transactions.TryGetValue(application, out var before) && step <= before))
                        problems.Add($"version {version}: txn of {application} goes to {step}, not forward");
                    transactions[application] = step;
                    break;
                case "commitInfo":
                    break;
                default:
                    problems.Add($"version {version}: action {action.Name} is not expected");
                    break;
            }
        }

        if (version == 0 && (!kinds.Contains("protocol") || !kinds.Contains("metaData")))
            problems.Add("version 0 lacks protocol or metaData");
    }

    private async Task<(long Rows, string Relation)?> CheckFileAsync(DuckConnection connection, JsonElement add)
    {
        var logPath = add.GetProperty("path").GetString()!;
        var key = table + "/" + PercentDecoded(logPath);
        var local = store.LocalPath(key) ?? Path.Combine(folder, Guid.NewGuid().ToString("N") + ".parquet");
        if (store.LocalPath(key) is null)
            await store.DownloadAsync(key, local);
        if (!File.Exists(local))
        {
            problems.Add($"{key}: the log names it, and it is not there");
            return null;
        }

        if (new FileInfo(local).Length != add.GetProperty("size").GetInt64())
            problems.Add($"{key}: has {new FileInfo(local).Length} bytes where the log says {add.GetProperty("size")}");
        var source = $"read_parquet({DuckSql.Literal(local)}, hive_partitioning = false)";
        var partition = add.GetProperty("partitionValues").EnumerateObject().ToDictionary(value => value.Name, value => value.Value.GetString());
        CheckColumns(connection, key, source, partition);
        CheckPartition(connection, key, source, partition);
        var rows = CheckStatistics(connection, key, source, add);
        var values = partition.Select(value => $"CAST({(value.Value is null ? "NULL" : DuckSql.Literal(value.Value))} AS {(value.Key == "date" ? "DATE" : "VARCHAR")}) AS {DuckSql.Identifier(value.Key)}");
        return (rows, $"SELECT *, {string.Join(", ", values)} FROM {source}");
    }

    private void CheckColumns(DuckConnection connection, string key, string source, Dictionary<string, string?> partition)
    {
        if (!partition.Keys.Order(StringComparer.Ordinal).SequenceEqual(metadata!.Value.GetProperty("partitionColumns").EnumerateArray().Select(column => column.GetString()!).Order(StringComparer.Ordinal)))
            problems.Add($"{key}: its partition values are of {string.Join(", ", partition.Keys)}");
        using var schema = JsonDocument.Parse(metadata!.Value.GetProperty("schemaString").GetString()!);
        var types = schema.RootElement.GetProperty("fields").EnumerateArray().ToDictionary(field => field.GetProperty("name").GetString()!, field => field.GetProperty("type").GetString());
        using var described = connection.QueryMaterialized($"DESCRIBE SELECT * FROM {source}");
        foreach (var row in described.Rows())
        {
            var (name, type) = ((string)row[0]!, (string)row[1]!);
            var asInLog = type switch { "BIGINT" => "long", "INTEGER" => "integer", "VARCHAR" => "string", "BOOLEAN" => "boolean", "DATE" => "date", "TIMESTAMP WITH TIME ZONE" => "timestamp", _ => type };
            if (partition.ContainsKey(name))
                problems.Add($"{key}: partition column {name} stands in the file");
            else if (types.GetValueOrDefault(name) != asInLog)
                problems.Add($"{key}: column {name} is {type} where the log says {types.GetValueOrDefault(name)}");
        }
    }

    private void CheckPartition(DuckConnection connection, string key, string source, Dictionary<string, string?> partition)
    {
        if (partition.ContainsValue(""))
            problems.Add($"{key}: an empty partition value, which readers take for null");
        if (partition["date"] is not { } date)
            problems.Add($"{key}: no date");
        else if (connection.Scalar<long>($"SELECT count(*) FROM {source} WHERE CAST({(HasHours ? "hour" : "window_start")} AS DATE) IS DISTINCT FROM CAST({DuckSql.Literal(date)} AS DATE)") is > 0 and var strays)
            problems.Add($"{key}: {strays} rows are not of {date}");
    }

    // A rollup's rows are of an hour, all others of a window.
    private bool HasHours => metadata!.Value.GetProperty("schemaString").GetString()!.Contains("\"hour\"", StringComparison.Ordinal);

    private long CheckStatistics(DuckConnection connection, string key, string source, JsonElement add)
    {
        var rows = connection.Scalar<long>($"SELECT count(*) FROM {source}");
        using var statistics = JsonDocument.Parse(add.GetProperty("stats").GetString()!);
        var (minimum, maximum) = (statistics.RootElement.GetProperty("minValues"), statistics.RootElement.GetProperty("maxValues"));
        if (statistics.RootElement.GetProperty("numRecords").GetInt64() != rows)
            problems.Add($"{key}: has {rows} rows where the log says {statistics.RootElement.GetProperty("numRecords")}");
        foreach (var count in statistics.RootElement.GetProperty("nullCount").EnumerateObject())
        {
            var column = DuckSql.Identifier(count.Name);
            if (connection.Scalar<long>($"SELECT count(*) - count({column}) FROM {source}") != count.Value.GetInt64())
                problems.Add($"{key}: the null count of {count.Name} is wrong");
            var outside = Outside(column, minimum, count.Name, "<") + Outside(column, maximum, count.Name, ">");
            if (connection.Scalar<long>($"SELECT count(*) FROM {source} WHERE false{outside}") is > 0 and var strays)
                problems.Add($"{key}: {strays} values of {count.Name} lie outside its bounds");
        }

        return rows;
    }

    // A text is compared as text, whatever else it may look like.
    private static string Outside(string column, JsonElement bounds, string name, string sign)
    {
        if (!bounds.TryGetProperty(name, out var bound))
            return "";
        return bound.ValueKind == JsonValueKind.Number
            ? $" OR {column} {sign} {bound.GetRawText()}"
            : $" OR {column} {sign} {(name is "window_start" or "hour" ? $"CAST({DuckSql.Literal(bound.GetString()!)} AS TIMESTAMPTZ)" : DuckSql.Literal(bound.GetString()!))}";
    }

    private static string PercentDecoded(string path)
    {
        var bytes = new List<byte>();
        var text = Encoding.UTF8.GetBytes(path);
        for (var index = 0; index < text.Length; index++)
        {
            if (text[index] == '%')
            {
                bytes.Add(byte.Parse(path.AsSpan(index + 1, 2), NumberStyles.HexNumber, CultureInfo.InvariantCulture));
                index += 2;
            }
            else
            {
                bytes.Add(text[index]);
            }
        }

        return Encoding.UTF8.GetString([.. bytes]);
    }
}
