using FlowLake.QueryApi.Relations;
using Xunit;

namespace FlowLake.Tests.QueryApi.Relations;

/// <summary>How long versions can be asked for, by a clock of the test's own.</summary>
public sealed class HeldSnapshotsTests : IDisposable
{
    private readonly TestLake lake = new();
    private readonly ManualTime time = new(new DateTimeOffset(2026, 11, 21, 12, 0, 0, TimeSpan.Zero));

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => lake.Dispose();

    [Fact]
    public async Task A_version_stays_for_its_time_after_its_last_question()
    {
        using var catalog = lake.OpenCatalog(timeProvider: time);
        var first = await MoveOnAsync(catalog);
        await MoveOnAsync(catalog);
        // Each question begins the time anew, as the pages of one answer do.
        for (var page = 0; page < 4; page++)
        {
            time.Advance(TimeSpan.FromMinutes(14));
            await catalog.RefreshAsync(Token);
            using var lease = catalog.Acquire(SnapshotChoice.Of(first), RowScope.All);
            Assert.Equal(first, lease!.Version);
        }

        time.Advance(TimeSpan.FromMinutes(16));
        await catalog.RefreshAsync(Token);
        Assert.Null(catalog.Acquire(SnapshotChoice.Of(first), RowScope.All));
    }

    [Fact]
    public async Task Beyond_the_bound_versions_nobody_asked_go_first()
    {
        using var catalog = lake.OpenCatalog(new CatalogOptions { CacheFolder = lake.CacheFolder, SnapshotsMax = 3 }, time);
        var asked = await MoveOnAsync(catalog);
        catalog.Acquire().Dispose();
        var versions = new List<SnapshotVersion>();
        for (var version = 0; version < 6; version++)
            versions.Add(await MoveOnAsync(catalog));
        Assert.Equal(3, catalog.SnapshotsHeld);
        using var kept = catalog.Acquire(SnapshotChoice.Of(asked), RowScope.All);
        Assert.NotNull(kept);
        Assert.Null(catalog.Acquire(SnapshotChoice.Of(versions[0]), RowScope.All));
        using var newest = catalog.Acquire(SnapshotChoice.Of(versions[^1]), RowScope.All);
        Assert.NotNull(newest);
    }

    [Fact]
    public async Task A_time_names_the_version_that_was_the_newest_then_or_none()
    {
        using var catalog = lake.OpenCatalog(timeProvider: time);
        var start = time.GetUtcNow();
        var versions = new List<(DateTimeOffset From, SnapshotVersion Version)>();
        for (var version = 0; version < 4; version++)
        {
            time.Advance(TimeSpan.FromMinutes(5));
            versions.Add((time.GetUtcNow(), await MoveOnAsync(catalog)));
        }

        time.Advance(TimeSpan.FromMinutes(5));
        foreach (var (from, version) in versions)
        {
            using var at = catalog.Acquire(AsOf(from), RowScope.All);
            using var later = catalog.Acquire(AsOf(from.AddMinutes(4)), RowScope.All);
            Assert.Equal((version, version), (at!.Version, later!.Version));
        }

        Assert.Null(catalog.Acquire(AsOf(start), RowScope.All));
        // What was between two that are held is not answered from the one before it.
        time.Advance(TimeSpan.FromMinutes(9));
        catalog.Acquire(AsOf(versions[0].From), RowScope.All)!.Dispose();
        time.Advance(TimeSpan.FromMinutes(7));
        await catalog.RefreshAsync(Token);
        using var kept = catalog.Acquire(AsOf(versions[0].From), RowScope.All);
        Assert.NotNull(kept);
        Assert.Null(catalog.Acquire(AsOf(versions[1].From.AddMinutes(1)), RowScope.All));
    }

    [Fact]
    public async Task An_old_version_says_how_far_it_is_behind()
    {
        using var catalog = lake.OpenCatalog(timeProvider: time);
        await MoveOnAsync(catalog);
        using var lease = catalog.Acquire();
        Assert.Equal("versions=0, seconds=0.0", lease.Lag.ToString());
        time.Advance(TimeSpan.FromSeconds(7));
        Assert.Equal("versions=0, seconds=7.0", lease.Lag.ToString());
        await MoveOnAsync(catalog);
        await MoveOnAsync(catalog);
        time.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal("versions=2, seconds=2.0", lease.Lag.ToString());
        Assert.Equal(new SnapshotLag(0, TimeSpan.FromSeconds(2)), catalog.Lag);
    }

    private async Task<SnapshotVersion> MoveOnAsync(FlowCatalog catalog)
    {
        await lake.AddFlowsAsync(TestFlows.Make(lake.Flows.Count, 5));
        Assert.True(await catalog.RefreshAsync(Token));
        return catalog.Version;
    }

    private SnapshotChoice AsOf(DateTimeOffset at)
    {
        Assert.Null(SnapshotChoice.TryRead(null, at.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", System.Globalization.CultureInfo.InvariantCulture), time.GetUtcNow(), out var choice));
        return choice;
    }
}
