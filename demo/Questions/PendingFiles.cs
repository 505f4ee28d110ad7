using FlowLake.Lake.Objects;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Demo.Questions;

/// <summary>The files that agents made and ingest has not committed yet, in the spools and in the lake's inbox.</summary>
internal sealed class PendingFiles(string spool, string lake, TimeProvider time) : IDisposable
{
    private readonly IObjectStore store = ObjectStores.Open(lake, time);

    public async Task<int> CountAsync(CancellationToken cancellationToken)
    {
        int count = Directory.EnumerateFiles(spool, "*.parquet", SearchOption.AllDirectories).Count();
        await foreach (var found in store.ListAsync(InboxKey.Prefix, cancellationToken: cancellationToken))
        {
            if (InboxKey.TryParse(found.Key, out _))
                count++;
        }

        return count;
    }

    public async Task<bool> IsLakeEmptyAsync(CancellationToken cancellationToken)
    {
        await foreach (var _ in store.ListAsync("", cancellationToken: cancellationToken))
            return false;
        return true;
    }

    public void Dispose() => store.Dispose();
}
