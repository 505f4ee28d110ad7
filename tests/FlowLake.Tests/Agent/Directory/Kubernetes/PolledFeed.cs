using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

/// <summary>A feed that is polled as the agent's loop does, until something is so.</summary>
internal static class PolledFeed
{
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    public static async Task UntilAsync(this KubernetesFeed feed, Func<bool> condition)
    {
        using var bound = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        bound.CancelAfter(patience);
        do
        {
            Assert.False(bound.IsCancellationRequested, $"what is waited for did not come; the feed says: {feed.Fault ?? "all is well"}");
            feed.Poll();
            await Task.Delay(20, TestContext.Current.CancellationToken);
        }
        while (!condition());
    }
}
