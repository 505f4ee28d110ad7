using System.ComponentModel;
using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Threading.Channels;
using FlowLake.Lake.Objects;
using FlowLake.QueryApi.Hosting;
using FlowLake.QueryApi.OData;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Workers.Confinement;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Workers;

/// <summary>The workers of a server: started ahead, handed out one a question, replaced at once when they are no more.</summary>
internal sealed class WorkerPool : BackgroundService
{
    /// <summary>How long a question may go on in a worker that was told to stop it.</summary>
    private static readonly TimeSpan StopTime = TimeSpan.FromSeconds(1);

    private static readonly TimeSpan PauseMin = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PauseMax = TimeSpan.FromSeconds(30);

    /// <summary>A socket's path in bytes, as the kernel takes it.</summary>
    private const int SocketPathMax = 107;

    private readonly QueryOptions options;
    private readonly FlowCatalog catalog;
    private readonly ODataPageKey pageKey;
    private readonly WorkerMetrics metrics;
    private readonly TimeProvider timeProvider;
    private readonly ILogger<WorkerPool> logger;
    private readonly WorkerUser? user;
    private readonly ProcessFolder folder;
    private readonly WorkerLauncher launcher = new();
    private readonly Channel<WorkerProcess> free = Channel.CreateUnbounded<WorkerProcess>();
    private int made;

    /// <exception cref="ArgumentException">Workers cannot be as the options say.</exception>
    public WorkerPool(QueryOptions options, FlowCatalog catalog, ODataPageKey pageKey, WorkerMetrics metrics, TimeProvider timeProvider, ILogger<WorkerPool> logger)
    {
        (this.options, this.catalog, this.pageKey, this.metrics, this.timeProvider, this.logger) = (options, catalog, pageKey, metrics, timeProvider, logger);
        user = Environment.IsPrivilegedProcess ? WorkerUser.Of(options.WorkerUser) : null;
        folder = ProcessFolder.Open(Path.Combine(options.CacheFolder, "workers"));
        if (Encoding.UTF8.GetByteCount(Socket(Own(int.MaxValue))) > SocketPathMax)
            throw new ArgumentException($"the folder {options.CacheFolder} is too deep for sockets in it, whose path may have {SocketPathMax} bytes: name a shorter one as --cache-folder.");
        if (Landlock.Version == 0)
            WorkerLog.NoLandlock(logger, user is null ? Environment.UserName : options.WorkerUser);
    }

    /// <summary>Whether there is a worker to ask.</summary>
    public bool IsReady => metrics.Ready > 0;

    // The engine's allocator keeps what it was given, and gives it to nobody else: whoever else needs memory in a worker that is near its limit is refused it, at a question that is not to blame.
    private long DataBytesMost => options.MemoryLimitBytes + (options.WorkerAllowanceBytes / 2);

    /// <summary>Waits for a worker that reads all of the lake there is by now. The caller gives it back.</summary>
    public async Task<WorkerProcess> TakeAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var worker = await free.Reader.ReadAsync(cancellationToken);
            if (worker.Ended.IsCompleted)
                continue;
            // Folders of tables come with their first files, and one that was not there could not be allowed.
            if (Existing().All(worker.Settings.Readable.Contains))
                return worker;
            worker.Kill();
        }
    }

    /// <summary>Takes a worker back once its question is over in it, or ends it where that takes too long. Does not wait for it.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="question">Its question, of which nothing is held once it is over.</param>
    /// <param name="deadline">Whether the question's time is over.</param>
    public void GiveBack(WorkerProcess worker, QuestionSnapshots question, bool deadline) => _ = GiveBackAsync(worker, question, deadline);

    public override void Dispose()
    {
        base.Dispose();
        launcher.Dispose();
        folder.Dispose();
    }

    protected override Task ExecuteAsync(CancellationToken stoppingToken) => Task.WhenAll(Enumerable.Range(0, options.Workers).Select(_ => KeepAsync(stoppingToken)));

    private async Task KeepAsync(CancellationToken stoppingToken)
    {
        var pause = PauseMin;
        while (!stoppingToken.IsCancellationRequested)
        {
            if (await LiveAsync(stoppingToken) is not { } complaint)
            {
                pause = PauseMin;
                continue;
            }

            WorkerLog.CannotStart(logger, pause, complaint);
            await Task.Delay(pause, timeProvider, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = pause * 2 < PauseMax ? pause * 2 : PauseMax;
        }
    }

    // One worker's life. Returns why it never was ready; null for one that was, or had to end before.
    private async Task<string?> LiveAsync(CancellationToken stoppingToken)
    {
        WorkerProcess worker;
        try
        {
            worker = await StartAsync();
        }
        catch (Exception exception) when (exception is Win32Exception or IOException or InvalidOperationException)
        {
            return exception.Message;
        }

        using (worker)
        using (stoppingToken.Register(worker.Kill))
        {
            metrics.Started();
            await Task.WhenAny(worker.Ready, worker.Ended);
            var wasReady = worker.Ready.IsCompleted;
            if (wasReady)
            {
                metrics.IsReady();
                free.Writer.TryWrite(worker);
            }

            var end = await worker.Ended;
            Directory.Delete(worker.Settings.Folder, recursive: true);
            if (wasReady)
                metrics.IsReadyNoMore();
            if (end.Stopped || stoppingToken.IsCancellationRequested)
                return null;
            metrics.Died(end);
            WorkerLog.Ended(logger, worker.Id, end.ExitCode, end.OutOfMemory);
            return wasReady ? null : end.Said;
        }
    }

    private async Task GiveBackAsync(WorkerProcess worker, QuestionSnapshots question, bool deadline)
    {
        using (question)
        {
            if (await worker.IsFreeAsync(StopTime))
            {
                if (!worker.IsSpent && worker.DataBytes < DataBytesMost)
                {
                    free.Writer.TryWrite(worker);
                    return;
                }

                metrics.Spent();
                WorkerLog.Spent(logger, worker.Id);
                worker.Kill();
            }
            else if (!worker.Ended.IsCompleted)
            {
                metrics.Killed(deadline);
                WorkerLog.Killed(logger, worker.Id, deadline);
                worker.Kill();
            }

            // Its files are read until it is gone.
            await worker.Ended;
        }
    }

    private async Task<WorkerProcess> StartAsync()
    {
        var own = Directory.CreateDirectory(Own(Interlocked.Increment(ref made)), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute).FullName;
        if (user is not null)
            Linux.Process.ChangeOwner(own, user.Id, user.Group).OrThrow($"give {own} to the workers' user");
        var settings = new WorkerSettings(Socket(own), own, [.. Existing()], options.MemoryLimitBytes, pageKey.Secret);
        var process = await launcher.StartAsync(WorkerProgram.FirstStage(own));
        var worker = new WorkerProcess(process, settings, text => WorkerLog.Said(logger, process.Id, RequestLog.Shown(text.TrimEnd())));
        try
        {
            worker.Tell(
                JsonSerializer.SerializeToUtf8Bytes(WorkerProgram.Confined(settings, options.MemoryLimitBytes + options.WorkerAllowanceBytes, user), ConfinementJson.Default.ConfinedProgram),
                JsonSerializer.SerializeToUtf8Bytes(settings, WorkerSettingsJson.Default.WorkerSettings));
        }
        catch (IOException)
        {
            // It has ended already; what it said tells why.
        }

        return worker;
    }

    private string Own(int number) => Path.Combine(folder.Path, number.ToString(CultureInfo.InvariantCulture));

    private static string Socket(string own) => Path.Combine(own, "s");

    private IEnumerable<string> Existing() => catalog.PrivatePaths.Where(Directory.Exists);
}
