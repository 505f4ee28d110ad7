using System.Collections.Immutable;
using FlowLake.Ingest.Batches;
using FlowLake.Ingest.Inbox;
using FlowLake.Ingest.Maintenance;
using FlowLake.Ingest.Rounds;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Tables;

namespace FlowLake.Ingest;

/// <summary>Moves inbox files into the tables of a lake. Any number may run on one lake at once, also from several machines.</summary>
public sealed class IngestService : IDisposable
{
    private readonly IObjectStore store;
    private readonly ProcessFolder workFolder;

    private IngestService(IObjectStore store, IngestOptions options, TimeProvider timeProvider)
    {
        this.store = store;
        workFolder = ProcessFolder.Open(options.WorkFolder);
        ImmutableArray<TableLog> logs = [.. LakeTables.All.Select(table => new TableLog(store, table, timeProvider))];
        ImmutableArray<TableLog> maintained = [.. LakeTables.WithRollups.Select(table => new TableLog(store, table, timeProvider))];
        var kept = new MaintenanceOptions
        {
            Retention = options.Retention,
            RollupRetention = options.RollupRetention,
            Engine = new MaintenanceEngine { WorkFolder = workFolder.Path, MemoryLimitBytes = options.MemoryLimitBytes, Threads = options.Threads },
        };
        Maintenance = new MaintenanceService(store, maintained, kept, timeProvider, options.Log);
        Loop = new IngestLoop(
            new InboxListing(store, options.FilesPerCommitMax, options.BytesPerCommitMax, options.Share),
            new Ingestor(
                store,
                logs,
                new BatchBuilder(store, workFolder.Path, options, timeProvider),
                timeProvider,
                options.Log),
            timeProvider,
            options.Log);
    }

    /// <summary>Upkeep of the tables, for one caller at a time.</summary>
    public MaintenanceService Maintenance { get; }

    /// <summary>The rounds, for one caller at a time.</summary>
    public IngestLoop Loop { get; }

    /// <summary>Opens the lake and makes the run's work folder; moves nothing yet.</summary>
    /// <exception cref="ArgumentException">The options are wrong; the message says all that is.</exception>
    /// <exception cref="FormatException">The lake's name is none.</exception>
    public static IngestService Open(IngestOptions options, TimeProvider? timeProvider = null)
    {
        if (options.Complaints() is { Count: > 0 } complaints)
            throw new ArgumentException(string.Join(" ", complaints), nameof(options));
        var clock = timeProvider ?? TimeProvider.System;
        var store = ObjectStores.Open(options.Lake, clock);
        try
        {
            return new IngestService(store, options, clock);
        }
        catch
        {
            store.Dispose();
            throw;
        }
    }

    /// <summary>Opens the lake and moves what its inbox holds.</summary>
    /// <param name="options">Where, and the bounds.</param>
    /// <param name="follow">True: goes on with what comes until stopped, whatever fails meanwhile. False: ends when nothing is left that can be taken.</param>
    /// <param name="cancellationToken">Ends it after the running step, without an exception.</param>
    /// <returns>What was moved.</returns>
    /// <exception cref="IOException">Without <paramref name="follow"/>: the store cannot be reached, or refuses.</exception>
    public static async Task<IngestTotals> RunAsync(IngestOptions options, bool follow, CancellationToken cancellationToken = default)
    {
        using var service = Open(options);
        if (!follow)
            return await service.Loop.DrainAsync(cancellationToken);
        await options.Log.WriteLineAsync($"ingest: follows the inbox of {service.store.Location}");
        return await service.Loop.FollowAsync(service.Maintenance.RunDueAsync, cancellationToken);
    }

    public void Dispose()
    {
        workFolder.Dispose();
        store.Dispose();
    }
}
