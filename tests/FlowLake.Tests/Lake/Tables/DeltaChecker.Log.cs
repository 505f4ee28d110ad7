using System.Globalization;
using System.Text;
using System.Text.Json;
using FlowLake.Lake.Duck;

namespace FlowLake.Tests.Lake.Tables;

// The log as a whole: which files are there, what checkpoints say against what was replayed, and what removal left behind.
internal sealed partial class DeltaChecker
{
    private const string CheckpointEnding = ".checkpoint.parquet";

    private async Task ReadLogAsync(DuckConnection connection)
    {
        var commits = new SortedSet<long>();
        var checkpoints = new SortedDictionary<long, DateTimeOffset>();
        await foreach (var stored in store.ListAsync(table + "/_delta_log/"))
        {
            var name = stored.Key[(table.Length + "/_delta_log/".Length)..];
            if (name.Length == 25 && name.EndsWith(".json", StringComparison.Ordinal))
                commits.Add(long.Parse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture));
            else if (name.Length == 20 + CheckpointEnding.Length && name.EndsWith(CheckpointEnding, StringComparison.Ordinal))
                checkpoints[long.Parse(name.AsSpan(0, 20), NumberStyles.None, CultureInfo.InvariantCulture)] = stored.LastModified;
            else if (name != "_last_checkpoint")
                problems.Add($"{name} has no business in the log");
        }

        if (commits.Count == 0)
            return;
        if (!commits.Contains(0))
        {
            if (checkpoints.Count == 0)
            {
                problems.Add($"the log begins at version {commits.Min} without a checkpoint");
                return;
            }

            version = checkpoints.First().Key;
            await TakeCheckpointAsync(connection, version);
        }

        while (commits.Contains(version + 1))
        {
            version++;
            ReadCommit(Encoding.UTF8.GetString((await store.ReadAsync(LogKey(version, ".json")))!));
            if (checkpoints.TryGetValue(version, out var time))
                await CompareCheckpointAsync(connection, version, time);
        }

        if (version != commits.Max || (checkpoints.Count > 0 && checkpoints.Last().Key > version))
            problems.Add($"version {version + 1} is missing");
        if (metadata is null)
            problems.Add("the log has no metaData");
        await CheckHintAsync(checkpoints);
    }

    private string LogKey(long number, string ending) => $"{table}/_delta_log/{number.ToString("D20", CultureInfo.InvariantCulture)}{ending}";

    private async Task<List<(string Kind, JsonElement Action)>> ReadCheckpointAsync(DuckConnection connection, long number)
    {
        var key = LogKey(number, CheckpointEnding);
        var local = Path.Combine(folder, Guid.NewGuid().ToString("N") + ".parquet");
        await store.DownloadAsync(key, local);
        var source = $"read_parquet({DuckSql.Literal(local)})";
        var columns = new List<string>();
        using (var described = connection.QueryMaterialized($"DESCRIBE SELECT * FROM {source}"))
            columns.AddRange(described.Rows().Select(row => (string)row[0]!));
        foreach (var needed in new[] { "txn", "add", "remove", "metaData", "protocol" }.Except(columns))
            problems.Add($"{key}: has no column {needed}");
        CheckShape(connection, key, local);
        var actions = new List<(string, JsonElement)>();
        foreach (var column in columns)
        {
            using var result = connection.QueryMaterialized($"SELECT CAST(to_json({DuckSql.Identifier(column)}) AS VARCHAR) FROM {source} WHERE {DuckSql.Identifier(column)} IS NOT NULL");
            foreach (var row in result.Rows())
            {
                using var document = JsonDocument.Parse((string)row[0]!);
                actions.Add((column, document.RootElement.Clone()));
            }
        }

        if (connection.Scalar<long>($"SELECT count(*) FROM {source}") != actions.Count)
            problems.Add($"{key}: a row holds no action, or more than one");
        return actions;
    }

    // The physical shape that the protocol's schema asks for: 32-bit versions, and maps whose keys are required and in key_value groups.
    private void CheckShape(DuckConnection connection, string key, string local)
    {
        using var result = connection.QueryMaterialized($"SELECT name, type, repetition_type FROM parquet_schema({DuckSql.Literal(local)})");
        foreach (var row in result.Rows())
        {
            var (name, type, repetition) = ((string)row[0]!, (string?)row[1], (string?)row[2]);
            if (name is "minReaderVersion" or "minWriterVersion" && type != "INT32")
                problems.Add($"{key}: {name} is {type}");
            if (name == "key" && repetition != "REQUIRED")
                problems.Add($"{key}: the keys of a map may be null");
            if (name is "size" or "modificationTime" or "deletionTimestamp" or "version" or "lastUpdated" or "createdTime" && type != "INT64")
                problems.Add($"{key}: {name} is {type}");
        }
    }

    private async Task TakeCheckpointAsync(DuckConnection connection, long number)
    {
        foreach (var (kind, action) in await ReadCheckpointAsync(connection, number))
        {
            switch (kind)
            {
                case "add":
                    files[action.GetProperty("path").GetString()!] = action;
                    pathsEver.Add(action.GetProperty("path").GetString()!);
                    break;
                case "remove":
                    tombstones[action.GetProperty("path").GetString()!] = action;
                    break;
                case "txn":
                    transactions[action.GetProperty("appId").GetString()!] = action.GetProperty("version").GetInt64();
                    break;
                case "metaData":
                    metadata = action;
                    CheckSchema(action);
                    break;
                case "protocol":
                    CheckProtocol(action);
                    break;
            }
        }
    }

    private async Task CompareCheckpointAsync(DuckConnection connection, long number, DateTimeOffset written)
    {
        var key = LogKey(number, CheckpointEnding);
        var (adds, removes, txns) = (new Dictionary<string, JsonElement>(), new HashSet<string>(), new Dictionary<string, long>());
        var (protocols, schemas) = (0, new List<string?>());
        foreach (var (kind, action) in await ReadCheckpointAsync(connection, number))
        {
            var isNew = kind switch
            {
                "add" => adds.TryAdd(action.GetProperty("path").GetString()!, action),
                "remove" => removes.Add(action.GetProperty("path").GetString()!),
                "txn" => txns.TryAdd(action.GetProperty("appId").GetString()!, action.GetProperty("version").GetInt64()),
                _ => true,
            };
            if (!isNew)
                problems.Add($"{key}: the same {kind} twice: {action}");
            if (kind == "protocol")
                protocols++;
            if (kind == "metaData")
                schemas.Add(action.GetProperty("schemaString").GetString());
        }

        if (protocols != 1 || schemas is not [var schema] || schema != metadata!.Value.GetProperty("schemaString").GetString())
            problems.Add($"{key}: has {protocols} protocols and {schemas.Count} schemas, or another schema than the log");
        if (!adds.Keys.Order(StringComparer.Ordinal).SequenceEqual(files.Keys.Order(StringComparer.Ordinal)))
            problems.Add($"{key}: has {adds.Count} files where the log has {files.Count}, or others");
        if (!txns.OrderBy(txn => txn.Key, StringComparer.Ordinal).SequenceEqual(transactions.OrderBy(txn => txn.Key, StringComparer.Ordinal)))
            problems.Add($"{key}: its transactions are not the log's");
        foreach (var (path, add) in adds.Where(add => files.ContainsKey(add.Key)))
        {
            foreach (var field in new[] { "size", "modificationTime", "stats", "partitionValues", "tags" })
            {
                if (Text(add, field) != Text(files[path], field))
                    problems.Add($"{key}: {field} of {path} is {Text(add, field)} where the log says {Text(files[path], field)}");
            }
        }

        var expired = (written - TombstoneRetention()).ToUnixTimeMilliseconds();
        foreach (var (path, remove) in tombstones)
        {
            if (!removes.Contains(path) && remove.GetProperty("deletionTimestamp").GetInt64() > expired)
                problems.Add($"{key}: lacks the tombstone of {path}, whose retention has not ended");
        }

        foreach (var path in removes.Where(path => !tombstones.ContainsKey(path)))
            problems.Add($"{key}: has a tombstone of {path}, which the log has not");
    }

    private static string Text(JsonElement action, string field)
    {
        if (!action.TryGetProperty(field, out var value) || value.ValueKind == JsonValueKind.Null)
            return "";
        return value.ValueKind == JsonValueKind.Object
            ? string.Join(';', value.EnumerateObject().OrderBy(member => member.Name, StringComparer.Ordinal).Select(member => $"{member.Name}={(member.Value.ValueKind == JsonValueKind.Null ? "null" : $"'{member.Value}'")}"))
            : value.ToString();
    }

    private TimeSpan TombstoneRetention()
    {
        if (!metadata!.Value.GetProperty("configuration").TryGetProperty("delta.deletedFileRetentionDuration", out var text))
            return TimeSpan.FromDays(7);
        return text.GetString()!.Split(' ') is ["interval", var days, "days"] ? TimeSpan.FromDays(int.Parse(days, CultureInfo.InvariantCulture)) : throw new FormatException($"an interval this checker cannot read: {text}");
    }

    private async Task CheckHintAsync(SortedDictionary<long, DateTimeOffset> checkpoints)
    {
        if (await store.ReadAsync(table + "/_delta_log/_last_checkpoint") is not { } content)
        {
            if (checkpoints.Count > 0)
                problems.Add("there is a checkpoint and no _last_checkpoint");
            return;
        }

        using var hint = JsonDocument.Parse(content);
        if (!checkpoints.ContainsKey(hint.RootElement.GetProperty("version").GetInt64()) || hint.RootElement.GetProperty("size").GetInt64() < 2)
            problems.Add($"_last_checkpoint names no checkpoint of this table: {Encoding.UTF8.GetString(content)}");
    }

    private void CheckProtocol(JsonElement protocol)
    {
        if ((protocol.GetProperty("minReaderVersion").GetInt32(), protocol.GetProperty("minWriterVersion").GetInt32()) != (1, 2))
            problems.Add($"version {version}: protocol {protocol} is not reader 1, writer 2");
    }

    private void CheckSchema(JsonElement changed)
    {
        using var schema = JsonDocument.Parse(changed.GetProperty("schemaString").GetString()!);
        foreach (var field in schema.RootElement.GetProperty("fields").EnumerateArray())
        {
            if (!field.GetProperty("nullable").GetBoolean() || string.IsNullOrWhiteSpace(field.GetProperty("metadata").GetProperty("comment").GetString()))
                problems.Add($"version {version}: column {field.GetProperty("name")} is not nullable or says nothing of itself");
        }
    }

    // A reader of an older version may open a removed file until its tombstone's retention ends.
    private async Task CheckTombstonesAsync()
    {
        if (tombstones.Count == 0)
            return;
        var present = new HashSet<string>(StringComparer.Ordinal);
        await foreach (var stored in store.ListAsync(table + "/"))
            present.Add(stored.Key);
        var expired = (TimeProvider.System.GetUtcNow() - TombstoneRetention()).ToUnixTimeMilliseconds();
        foreach (var (path, remove) in tombstones)
        {
            if (remove.GetProperty("deletionTimestamp").GetInt64() > expired && !present.Contains($"{table}/{PercentDecoded(path)}"))
                problems.Add($"{path}: removed, within its retention, and deleted");
        }
    }
}
