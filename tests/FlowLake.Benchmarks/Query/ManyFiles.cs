using System.Collections.Immutable;
using System.Globalization;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Flows;
using FlowLake.Schemas.Tables;

namespace FlowLake.Benchmarks.Query;

/// <summary>A table <c>flows</c> of many small files: so many days, four zones, and in each four files of six hours.</summary>
internal static class ManyFiles
{
    public const int RowsOfFile = 24;
    public const int FilesOfDay = Zones * Quarters;
    public static readonly DateOnly FirstDay = new(2026, 1, 1);

    private const int Zones = 4;
    private const int Quarters = 4;

    public static void Write(IObjectStore store, int files)
    {
        using var database = DuckDatabase.Open(new DuckOptions { Threads = 1 });
        using var connection = database.Connect();
        var log = new TableLog(store, FlowColumns.Table, TimeProvider.System);
        var adds = Enumerable.Range(0, files).Select(number => WriteFile(store, connection, number)).ToArray();
        if (log.TryCommitAsync(TableSnapshot.Empty, "WRITE", adds).GetAwaiter().GetResult() is not CommitResult.Committed)
            throw new InvalidOperationException("nobody else commits here");
    }

    private static AddAction WriteFile(IObjectStore store, DuckConnection connection, int number)
    {
        var day = FirstDay.AddDays(number / FilesOfDay);
        var zone = "eu-west-1" + (char)('a' + (number % Zones));
        var start = day.ToDateTime(new TimeOnly(number / Zones % Quarters * 24 / Quarters, 0), DateTimeKind.Utc);
        var (date, from, to) = (Text($"{day:yyyy-MM-dd}"), Text($"{start:yyyy-MM-dd HH:mm:ss}+00"), Text($"{start.AddMinutes(15 * (RowsOfFile - 1)):yyyy-MM-dd HH:mm:ss}+00"));
        var key = $"flows/{DeltaPath.PartitionFolder("date", date)}/{DeltaPath.PartitionFolder("zone", zone)}/c_{Guid.CreateVersion7():D}.parquet";
        var path = store.LocalPath(key)!;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        var columns = string.Join(", ", FlowColumns.Table.DataColumns.Select(column => column.Name switch
        {
            "window_start" => $"TIMESTAMPTZ '{from}' + to_minutes(15 * i) AS window_start",
            "is_primary" => "true AS is_primary",
            "payload_to_server" => "i AS payload_to_server",
            _ => $"CAST(NULL AS {SqlType(column.Type)}) AS {DuckSql.Identifier(column.Name)}",
        }));
        connection.Execute($"COPY (SELECT {columns} FROM range({RowsOfFile}) AS t(i)) TO {DuckSql.Literal(path)} (FORMAT parquet, COMPRESSION zstd)");
        return new AddAction(
            DeltaPath.Encode(key["flows/".Length..]),
            ImmutableSortedDictionary<string, string?>.Empty.Add("date", date).Add("zone", zone),
            new FileInfo(path).Length,
            ModificationTime: 0,
            DataChange: true,
            FileStatistics.ToJson(FlowColumns.Table, RowsOfFile, new Dictionary<string, ColumnStatistics> { ["window_start"] = new(from, to, 0) }),
            ImmutableSortedDictionary<string, string>.Empty.Add(DeltaSchema.GenerationTag, "1"));
    }

    private static string SqlType(ColumnType type) => type switch
    {
        ColumnType.Boolean => "BOOLEAN",
        ColumnType.Int32 => "INTEGER",
        ColumnType.Int64 => "BIGINT",
        ColumnType.Date => "DATE",
        ColumnType.Timestamp => "TIMESTAMPTZ",
        _ => "VARCHAR",
    };

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
