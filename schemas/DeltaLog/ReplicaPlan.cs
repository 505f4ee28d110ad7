using System.Collections.Immutable;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>Why a replica wants a file, what it wants most first.</summary>
public enum ReplicaRank
{
    /// <summary>Of a table that is held whole.</summary>
    Whole,

    /// <summary>With rows that a rollup does not cover yet, however old they are.</summary>
    Tail,

    /// <summary>With other rows.</summary>
    Raw,
}

/// <summary>A file a replica may hold.</summary>
/// <param name="Table">Name of its table.</param>
/// <param name="Add">What the log says of it.</param>
/// <param name="Rank">Why it is wanted.</param>
/// <param name="IsHere">Whether the replica has it already.</param>
public sealed record ReplicaCandidate(string Table, AddAction Add, ReplicaRank Rank, bool IsHere);

/// <summary>Which files a replica of bounded size holds. Pure.</summary>
public static class ReplicaPlan
{
    /// <summary>The part of the bytes, one in so many, that is not filled with files that are not here yet: a file at the edge would otherwise be fetched and deleted in turns, as files before it come and are compacted.</summary>
    private const int Spare = 20;

    /// <summary>The files to hold, in the order to fetch them in: tables that are held whole, then what no rollup covers, then the other rows; of each the newest first, up to the first that does not fit.</summary>
    /// <param name="candidates">Every file of every table.</param>
    /// <param name="bytes">Bytes of all of them together. Tables that are held whole are so whatever their size; they leave less for the rest.</param>
    public static ImmutableArray<ReplicaCandidate> Choose(IEnumerable<ReplicaCandidate> candidates, long bytes)
    {
        var chosen = ImmutableArray.CreateBuilder<ReplicaCandidate>();
        var filled = 0L;
        foreach (var (candidate, _) in candidates.Select(candidate => (Candidate: candidate, Newest: FileAge.Newest(candidate.Add)))
            .OrderBy(file => file.Candidate.Rank).ThenByDescending(file => file.Newest).ThenBy(file => file.Candidate.Add.Path, StringComparer.Ordinal))
        {
            filled += candidate.Add.Size;
            if (candidate.Rank != ReplicaRank.Whole && filled > (candidate.IsHere ? bytes : bytes - (bytes / Spare)))
                break;
            chosen.Add(candidate);
        }

        return chosen.DrainToImmutable();
    }
}
