using FlowLake.Benchmarks.Query.Questions;
using FlowLake.Ingest.Maintenance;
using FlowLake.Lake.Generation;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;
using Xunit;

namespace FlowLake.Tests.QueryApi.Questions;

/// <summary>A generated lake of a day and some hours, the last of which came after maintenance; served, and read by the engine alone.</summary>
public sealed class QuestionLake : IAsyncLifetime
{
    private const int Hours = 31;
    private const int HoursAfterMaintenance = 3;

    private static readonly DateTimeOffset Until = new(2026, 11, 2, 0, 0, 0, TimeSpan.Zero);

    private readonly TemporaryFolder folder = new();
    private ServedLake served = null!;

    public HttpClient Client => served.Client;

    internal PlainEngine Plain { get; private set; } = null!;

    /// <summary>Values of the questions' parameters.</summary>
    public IReadOnlyDictionary<string, string> Values { get; private set; } = null!;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var options = new GenerateOptions { Lake = folder.File("lake"), Window = TimeSpan.FromHours(1), Seed = 4, Direct = true, WorkFolder = folder.File("made") };
        await GeneratedLake.MakeAsync(options with { Length = TimeSpan.FromHours(Hours - HoursAfterMaintenance) }, new ManualTime(Until.AddHours(-HoursAfterMaintenance)), Token);
        using (var store = ObjectStores.Open(options.Lake))
        {
            var engine = new MaintenanceEngine { WorkFolder = folder.File("work"), Threads = 1 };
            await new MaintenanceService(store, [.. LakeTables.WithRollups.Select(table => new TableLog(store, table, TimeProvider.System))], new MaintenanceOptions { Engine = engine }, TimeProvider.System, TextWriter.Null).RunAsync(Token);
            await GeneratedLake.MakeAsync(options with { Length = TimeSpan.FromHours(HoursAfterMaintenance) }, new ManualTime(Until), Token);
            Plain = new PlainEngine(await PlainFiles.ReadAsync(store, Token), fromRollups: false, memoryLimitBytes: 256 << 20);
        }

        Values = QuestionValues.Of(Plain, Until);
        served = await ServedLake.StartAsync(options.Lake, folder.File("cache"));
    }

    public async ValueTask DisposeAsync()
    {
        await served.DisposeAsync();
        Plain.Dispose();
        folder.Dispose();
    }
}
