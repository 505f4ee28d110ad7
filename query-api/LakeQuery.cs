using FlowLake.Lake.Objects;
using FlowLake.QueryApi.Relations;
using FlowLake.QueryApi.Sql;
using FlowLake.Schemas.Costs;

namespace FlowLake.QueryApi;

/// <summary>A lake asked from within this process, without a server: one snapshot, any number of statements one after the other, the same rules. Of a remote lake only those files are fetched that a statement needs.</summary>
public sealed class LakeQuery : IDisposable
{
    private readonly IObjectStore store;
    private readonly FlowCatalog catalog;
    private readonly string? ownFolder;
    private readonly SqlEngine engine;

    private LakeQuery(IObjectStore store, FlowCatalog catalog, string? ownFolder)
    {
        this.store = store;
        this.catalog = catalog;
        this.ownFolder = ownFolder;
        engine = new SqlEngine(catalog);
    }

    /// <summary>The version of the lake that is asked.</summary>
    public SnapshotVersion Version => catalog.Version;

    /// <summary>Opens the lake and reads its newest version.</summary>
    /// <param name="lake">A folder, or <c>s3://bucket/prefix</c>.</param>
    /// <param name="prices">What traffic between zones costs; null for AWS's price.</param>
    /// <param name="cacheFolder">Where copies of remote files stay for the next time; null for a temporary folder. Any number of processes may share it, a server too.</param>
    /// <param name="replicaBytes">Bytes of remote files that one statement may need and that stay for the next time; null for 100 GB or half of the free disk, whichever is less.</param>
    /// <exception cref="FormatException">The text names no lake.</exception>
    /// <exception cref="IOException">The lake cannot be read.</exception>
    public static async Task<LakeQuery> OpenAsync(string lake, PriceList? prices = null, string? cacheFolder = null, long? replicaBytes = null, CancellationToken cancellationToken = default)
    {
        var store = ObjectStores.Open(lake, TimeProvider.System);
        var ownFolder = cacheFolder is null ? Directory.CreateTempSubdirectory("flowlake-query-").FullName : null;
        FlowCatalog? catalog = null;
        try
        {
            catalog = FlowCatalog.Open(store, new CatalogOptions { CacheFolder = cacheFolder ?? ownFolder!, Prices = prices ?? PriceList.Aws, ReplicaBytes = replicaBytes, FetchesAhead = false }, TimeProvider.System);
            await catalog.RefreshAsync(cancellationToken);
            return new LakeQuery(store, catalog, ownFolder);
        }
        catch
        {
            catalog?.Dispose();
            store.Dispose();
            Remove(ownFolder);
            throw;
        }
    }

    /// <summary>Runs a statement up to its first rows.</summary>
    /// <param name="sql">One SELECT; its parameters are <c>?</c>.</param>
    /// <param name="parameters">Values of the parameters.</param>
    /// <param name="cancellationToken">Stops it, now and while its rows are read.</param>
    /// <returns>The rows, which the caller disposes, or why it is refused.</returns>
    /// <exception cref="IOException">A file it needs cannot be fetched.</exception>
    public async Task<SqlOutcome> RunAsync(string sql, IEnumerable<object?>? parameters = null, CancellationToken cancellationToken = default)
    {
        var query = new SqlQuery(sql) { Positional = [.. parameters ?? []] };
        while (true)
        {
            // It is refused once for each table of which it needs files that are not here.
            var outcome = engine.Run(query, cancellationToken);
            if (outcome is not SqlOutcome.Refused { Refusal.Missing: { } files } || !await catalog.FetchAsync(files, cancellationToken))
                return outcome;
        }
    }

    public void Dispose()
    {
        catalog.Dispose();
        store.Dispose();
        Remove(ownFolder);
    }

    private static void Remove(string? folder)
    {
        if (folder is not null)
            Directory.Delete(folder, recursive: true);
    }
}
