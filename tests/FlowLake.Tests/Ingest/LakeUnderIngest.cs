using System.Collections.Immutable;
using System.Text.Json;
using FlowLake.Ingest;
using FlowLake.Ingest.Maintenance;
using FlowLake.Ingest.Rounds;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;
using FlowLake.Tests.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>A lake in a directory, a clock to set, and an ingest with the real engine.</summary>
internal sealed class LakeUnderIngest : IDisposable
{
    private readonly TemporaryFolder folder = new();
    private readonly StringWriter log = new();

    public LakeUnderIngest() => Store = ObjectStores.Open(folder.File("lake"));

    public IObjectStore Store { get; }

    public string Folder => folder.File("lake");

    /// <summary>The time ingest thinks it is.</summary>
    public DateTimeOffset Now { get; set; } = new(2026, 11, 21, 12, 0, 0, TimeSpan.Zero);

    /// <summary>What ingest said.</summary>
    public string Log => log.ToString();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        Store.Dispose();
        folder.Dispose();
    }

    /// <summary>An agent whose files are of the hours before now.</summary>
    public InboxSource Source(string node, string? zone = "zone-a") => new(Store, node, zone, Now.AddHours(-2));

    /// <summary>A Parquet file of what the engine selects.</summary>
    public static void Write(string path, string select)
    {
        using var database = DuckDatabase.Open();
        using var connection = database.Connect();
        connection.Execute($"COPY ({select}) TO {DuckSql.Literal(path)} (FORMAT parquet, COMPRESSION zstd)");
    }

    public async Task<IngestTotals> IngestAsync(Func<IngestOptions, IngestOptions>? change = null)
    {
        var options = new IngestOptions { Lake = folder.File("lake"), WorkFolder = folder.File("work"), Log = log, Threads = 2 };
        using var service = IngestService.Open(change?.Invoke(options) ?? options, new StandingClock(Now));
        return await service.Loop.DrainAsync(Token);
    }

    /// <summary>Runs every task of maintenance on every table.</summary>
    public async Task<ImmutableArray<MaintenanceReport>> MaintainAsync()
    {
        var clock = new StandingClock(Now);
        var options = new MaintenanceOptions { Engine = new MaintenanceEngine { WorkFolder = folder.File("upkeep"), Threads = 2 }, CheckpointVersions = 2 };
        return await new MaintenanceService(Store, [.. LakeTables.WithRollups.Select(table => new TableLog(Store, table, clock))], options, clock, log).RunAsync(Token);
    }

    public async Task<DeltaReport> TableAsync(string table) => (await DeltaChecker.CheckAsync(Store, table, folder.Path)).Sound();

    public Task<List<string>> KeysAsync(string prefix) => Store.ListAsync(prefix, cancellationToken: Token).Select(stored => stored.Key).ToListAsync(Token).AsTask();

    /// <summary>Sets when an object was put.</summary>
    public void PutAt(InboxKey key, DateTimeOffset time) => File.SetLastWriteTimeUtc(Store.LocalPath(key.Key)!, time.UtcDateTime);

    /// <summary>The note beside a file in quarantine, after checking that it is about that file and that the copy is whole.</summary>
    public async Task<string> ReasonAsync(InboxKey key, byte[] content)
    {
        Assert.Equal(content, await Store.ReadAsync("quarantine/" + key.Key, Token));
        using var note = JsonDocument.Parse((await Store.ReadAsync($"quarantine/{key.Key}.reason.json", Token))!);
        Assert.Equal(key.Key, note.RootElement.GetProperty("key").GetString());
        Assert.Equal(content.Length, note.RootElement.GetProperty("size").GetInt64());
        Assert.Equal(Now, note.RootElement.GetProperty("at").GetDateTimeOffset());
        return note.RootElement.GetProperty("reason").GetString()!;
    }
}
