using System.Collections.Immutable;
using FlowLake.Lake.Objects;
using FlowLake.Tests.Lake.Objects;

namespace FlowLake.Tests.Ingest.Kills;

/// <summary>A lake on the real S3 server; each process reaches it through a proxy of its own, which sees its requests before the server does.</summary>
internal sealed class S3StepTrap : IStepTrap
{
    private readonly ImmutableArray<FaultProxy> proxies;
    private readonly string bucket;

    private S3StepTrap(string lake, Uri server, int processes)
    {
        Store = ObjectStores.Open(lake);
        bucket = new Uri(lake).Host;
        proxies = [.. Enumerable.Range(0, processes).Select(_ => new FaultProxy(server))];
    }

    public IObjectStore Store { get; }

    public static async Task<S3StepTrap> CreateAsync(S3ServerFixture s3, int processes) => new(await s3.CreateLakeAsync("lake"), s3.Endpoint, processes);

    public IEnumerable<KillStep> Of(IEnumerable<KillStep> steps) => steps.Where(step => step.Request is not null);

    public string LakeFor(int process) => $"s3://{bucket}/lake?endpoint={proxies[process].Endpoint}";

    public Task ArmAsync(KillStep step, bool underway, Action<int?> kill, CancellationToken disarm)
    {
        var struck = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var strikes = 0;
        foreach (var (process, proxy) in proxies.Index())
        {
            // What was sent goes on to the server: the whole request, or its beginning.
            proxy.Inject(underway ? Fault.CutAfterwards : Fault.ServerErrorInstead, line =>
            {
                string[] words = line.Split(' ');
                if (disarm.IsCancellationRequested || words.Length < 2 || !step.Request!(words[0], words[1]) || Interlocked.Increment(ref strikes) > 1)
                    return false;
                kill(process);
                struck.SetResult();
                return true;
            });
        }

        return struck.Task;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var proxy in proxies)
            await proxy.DisposeAsync();
        Store.Dispose();
    }
}
