using System.Diagnostics.Metrics;
using FlowLake.QueryApi.Hosting;
using Microsoft.Extensions.Logging;

namespace FlowLake.QueryApi.Access;

/// <summary>Everybody who may ask: the keys of a file, as it is now, or whoever reaches the service where there is none.</summary>
internal sealed class CallerDirectory
{
    private readonly FollowedFiles<KeyRing>? keys;
    private readonly Caller? anonymous;
    private readonly TimeProvider timeProvider;
    private readonly Counter<long> refused;

    /// <exception cref="FormatException">The file holds something else than keys.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">Others than its owner can read it.</exception>
    public CallerDirectory(QueryOptions options, TimeProvider timeProvider, IMeterFactory meters, ILogger<CallerDirectory> logger)
    {
        this.timeProvider = timeProvider;
        refused = meters.Create(QueryMetrics.Meter).CreateCounter<long>("flowlake.access.keys.refused", unit: "{request}", description: "Requests with a key that is unknown, was revoked or has expired.");
        if (options.KeyFile is not { } path)
        {
            anonymous = Caller.Anonymous(options.Limits);
            return;
        }

        keys = new FollowedFiles<KeyRing>(() => [KeyFile.Content(path)], contents => new KeyRing(KeyFile.Parse(path, contents[0]), options.Limits), timeProvider)
        {
            Changed = exception =>
            {
                if (exception is null)
                    AccessLog.KeysChanged(logger, path);
                else
                    AccessLog.KeysUnreadable(logger, exception.Message);
            },
        };
    }

    /// <summary>Whether nobody may ask without a key.</summary>
    public bool AsksForKeys => anonymous is null;

    /// <summary>Who asks with a key, or without one (null).</summary>
    public Caller? Find(string? text)
    {
        if (keys is null)
            return anonymous;
        if (text is null)
            return null;
        var caller = keys.Current.Find(text, timeProvider.GetUtcNow());
        if (caller is null)
            refused.Add(1);
        return caller;
    }
}
