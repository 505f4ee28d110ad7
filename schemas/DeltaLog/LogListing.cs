using System.Collections.Immutable;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>The commits and checkpoints that lie in a table's log, with the times their files were put. Pure; other files are no part of it.</summary>
/// <param name="Commits">Time by version.</param>
/// <param name="Checkpoints">Time by version.</param>
public sealed record LogListing(ImmutableSortedDictionary<long, DateTimeOffset> Commits, ImmutableSortedDictionary<long, DateTimeOffset> Checkpoints)
{
    /// <summary>The newest version, -1 when there is none.</summary>
    public long Newest => Math.Max(Last(Commits), Last(Checkpoints));

    /// <summary>The oldest version that can still be loaded: the first commit if that is version 0, or else the oldest checkpoint; null when there is neither.</summary>
    public long? OldestLoadable => Commits.ContainsKey(0) ? 0 : Checkpoints.IsEmpty ? null : Checkpoints.Keys.First();

    /// <summary>Sorts out names of the log's folder.</summary>
    public static LogListing Of(IEnumerable<(string Name, DateTimeOffset Time)> files)
    {
        var commits = ImmutableSortedDictionary.CreateBuilder<long, DateTimeOffset>();
        var checkpoints = ImmutableSortedDictionary.CreateBuilder<long, DateTimeOffset>();
        foreach (var (name, time) in files)
        {
            if (DeltaPath.TryParseCommitFile(name, out var version))
                commits[version] = time;
            else if (DeltaPath.TryParseCheckpointFile(name, out version))
                checkpoints[version] = time;
        }

        return new LogListing(commits.ToImmutable(), checkpoints.ToImmutable());
    }

    /// <summary>Versions of checkpoints to try for a version, the newest first.</summary>
    public IEnumerable<long> CheckpointsUpTo(long version) => Checkpoints.Keys.Reverse().SkipWhile(checkpoint => checkpoint > version);

    /// <summary>
    /// When each version counts as committed: the time of its file, but always later than the version before it, for clocks of stores go back at times and a
    /// moment must name one version.
    /// </summary>
    public IEnumerable<(long Version, DateTimeOffset Time)> MonotoneTimes()
    {
        var last = DateTimeOffset.MinValue;
        foreach (var (version, time) in Commits)
        {
            last = time > last ? time : last.AddMilliseconds(1);
            yield return (version, last);
        }
    }

    /// <summary>The version the table had at a moment; null when every commit that is left came later.</summary>
    public long? VersionAt(DateTimeOffset moment)
    {
        long? found = null;
        foreach (var (version, time) in MonotoneTimes())
        {
            if (time <= moment)
                found = version;
        }

        return found;
    }

    /// <summary>
    /// The checkpoint that everything below may go for: the newest that is not newer than the newest version past the retention. Every version within the
    /// retention can still be loaded then. Null when nothing may go.
    /// </summary>
    /// <param name="now">The time that counts.</param>
    /// <param name="retention">How long versions are kept.</param>
    public long? CleanupCheckpoint(DateTimeOffset now, TimeSpan retention) =>
        VersionAt(now - retention) is { } cutOff && CheckpointsUpTo(cutOff).ToArray() is [var checkpoint, ..] ? checkpoint : null;

    /// <summary>Names of the files below a checkpoint, oldest first, so that what is left after a death has no gap at its end.</summary>
    public IEnumerable<string> FilesBelow(long checkpoint) =>
        Commits.Keys.Select(version => (version, Name: DeltaPath.CommitFile(version)))
            .Concat(Checkpoints.Keys.Select(version => (version, Name: DeltaPath.CheckpointFile(version))))
            .Where(file => file.version < checkpoint)
            .OrderBy(file => file.version)
            .Select(file => file.Name);

    private static long Last(ImmutableSortedDictionary<long, DateTimeOffset> versions) => versions.IsEmpty ? -1 : versions.Keys.Last();
}
