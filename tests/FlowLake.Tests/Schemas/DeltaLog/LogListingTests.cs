using FlowLake.Schemas.DeltaLog;
using Xunit;

namespace FlowLake.Tests.Schemas.DeltaLog;

public sealed class LogListingTests
{
    private static readonly DateTimeOffset start = new(2026, 11, 1, 0, 0, 0, TimeSpan.Zero);

    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 300)];

    [Fact]
    public void Commits_and_checkpoints_are_told_from_everything_else()
    {
        var listing = LogListing.Of([
            (DeltaPath.CommitFile(4), start), (DeltaPath.CheckpointFile(4), start), ("_last_checkpoint", start), ("00000000000000000004.crc", start),
            ("00000000000000000005.checkpoint.0000000001.0000000002.parquet", start), ("_sidecars/x.parquet", start)]);
        Assert.Equal([4L], listing.Commits.Keys);
        Assert.Equal([4L], listing.Checkpoints.Keys);
        Assert.Equal((4, 4), (listing.Newest, listing.OldestLoadable));
    }

    [Theory]
    [MemberData(nameof(Seeds))]
    public void Times_grow_and_every_version_within_the_retention_stays_loadable(int seed)
    {
        var random = new Random(seed);
        var count = 1 + random.Next(40);
        var clock = start;
        var listing = LogListing.Of(Enumerable.Range(0, count).Select(version => (DeltaPath.CommitFile(version), clock = clock.AddMinutes(random.Next(-60, 600))))
            .Concat(Enumerable.Range(0, count).Where(_ => random.Next(5) == 0).Select(version => (DeltaPath.CheckpointFile(version), clock))));
        var times = listing.MonotoneTimes().ToArray();
        Assert.All(times.Zip(times.Skip(1)), pair => Assert.True(pair.First.Time < pair.Second.Time));
        Assert.All(times, commit => Assert.Equal(commit.Version, listing.VersionAt(commit.Time)));

        var (now, retention) = (clock.AddHours(1), TimeSpan.FromHours(random.Next(100)));
        if (listing.CleanupCheckpoint(now, retention) is not { } checkpoint)
            return;
        string[] gone = [.. listing.FilesBelow(checkpoint)];
        var left = new LogListing(
            listing.Commits.RemoveRange(listing.Commits.Keys.Where(version => gone.Contains(DeltaPath.CommitFile(version)))),
            listing.Checkpoints.RemoveRange(listing.Checkpoints.Keys.Where(version => gone.Contains(DeltaPath.CheckpointFile(version)))));
        Assert.Equal(listing.Commits.Count + listing.Checkpoints.Count - gone.Length, left.Commits.Count + left.Checkpoints.Count);
        foreach (var (version, time) in times)
        {
            // A version is within the retention while a moment within it names that version: until the next one came.
            var isWithin = version == listing.Newest || times[version + 1].Time > now - retention;
            if (isWithin)
                Assert.Contains(left.CheckpointsUpTo(version), from => Enumerable.Range((int)from, (int)(version - from + 1)).All(between => left.Commits.ContainsKey(between)));
        }
    }

    [Fact]
    public void Nothing_goes_without_a_checkpoint_or_within_the_retention()
    {
        var commits = Enumerable.Range(0, 5).Select(version => (DeltaPath.CommitFile(version), start.AddDays(version))).ToArray();
        Assert.Null(LogListing.Of(commits).CleanupCheckpoint(start.AddDays(100), TimeSpan.FromDays(30)));
        Assert.Null(LogListing.Of([.. commits, (DeltaPath.CheckpointFile(4), start.AddDays(4))]).CleanupCheckpoint(start.AddDays(33), TimeSpan.FromDays(30)));
        Assert.Equal(4, LogListing.Of([.. commits, (DeltaPath.CheckpointFile(4), start.AddDays(4))]).CleanupCheckpoint(start.AddDays(34), TimeSpan.FromDays(30)));
    }
}
