using FlowLake.Agent.Windows;
using FlowLake.Lake.Duck;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Flows;

namespace FlowLake.Agent.Spool;

// How a window comes in, and what goes when there is no room.
public sealed partial class WindowSpool
{
    /// <summary>
    /// Writes a window durably under its drain's name. It waits until <see cref="Offer"/>: the drain must be cleared first, or it would be found again
    /// after its file was uploaded and gone.
    /// </summary>
    /// <param name="pinSet">The drain's set of pins.</param>
    /// <param name="epoch">The drain's epoch.</param>
    /// <param name="report">The report as it is with this window.</param>
    /// <param name="flows">The window's rows.</param>
    /// <param name="coverage">Its coverage.</param>
    /// <param name="sides">Its rows of further tables.</param>
    /// <exception cref="IOException">The disk refused. Nothing was stored; store it again later.</exception>
    /// <exception cref="DuckException">Likewise.</exception>
    public void Store(Guid pinSet, long epoch, SpoolReport report, IReadOnlyList<FlowRecord> flows, IReadOnlyList<CoverageRecord> coverage, SideRows sides)
    {
        var name = SpoolFileName.OfDrain(pinSet, epoch);
        var temporary = PathOf(name + DurableFiles.TemporarySuffix);
        InboxFile.Write(temporary, flows, coverage, new Dictionary<string, string> { [SpoolJson.MetadataKey] = SpoolJson.Write(report) }, sides.Tables);
        DurableFiles.Flush(temporary);
        step("window-written");
        lock (gate)
        {
            // What an attempt left that the disk refused is not this one's.
            DeleteStraySides();
            StoreSides(name, sides);
            MakeRoom(new FileInfo(temporary).Length);
            notOffered.Add(name);
            DurableFiles.Rename(temporary, PathOf(name));
            step("window-named");
            Save(state with { Reported = report });
        }

        step("window-reported");
    }

    /// <summary>
    /// Counting begins with a new kernel half. Were its agent to die before the first window is stored, the next one would not know since when that
    /// window counts.
    /// </summary>
    public void Begin(DateTimeOffset at)
    {
        lock (gate)
            Save(state with { Reported = state.Reported with { Until = at } });
    }

    /// <summary>Lets every window stored so far be uploaded. Their drains are cleared.</summary>
    public void Offer()
    {
        lock (gate)
            notOffered.Clear();
    }

    private void MakeRoom(long bytes)
    {
        while (Files().Sum(file => file.Length) + bytes > bytesMax && Unsequenced().FirstOrDefault() is { } oldest)
        {
            // Counted first: a crash in between finds the name, and the file goes without being counted again.
            Save(state with { Dropping = oldest.Name, Dropped = LossTotals.Add(state.Dropped, LossesWith(oldest)) });
            step("drop-counted");
            Delete(oldest.Name);
            notOffered.Remove(oldest.Name);
            step("dropped");
            Save(state with { Dropping = null });
        }
    }

    /// <summary>What is lost with a file and its side objects: their rows, and the losses it was to report.</summary>
    private IEnumerable<Loss> LossesWith(FileInfo file)
    {
        IReadOnlyList<CoverageRecord> coverage = [];
        List<Loss> sides = [];
        try
        {
            coverage = InboxFile.ReadCoverage(file.FullName);
            foreach (var (table, path) in SidesOf(file.Name))
                sides.Add(new Loss(CoverageReason.SpoolFull, $"{table}_rows", InboxFile.CountRows(path)));
        }
        catch (Exception exception) when (exception is DuckException or InvalidDataException)
        {
            // It cannot be read, so nobody can say how many rows it had; that a file went is still said.
        }

        return coverage.Where(row => row.Reason != CoverageReason.AgentAbsent)
            .Select(row => row.Reason == CoverageReason.Observed ? new Loss(CoverageReason.SpoolFull, "flows", row.Amount) : new Loss(row.Reason, row.Unit, row.Amount))
            .Concat(sides)
            .Append(new Loss(CoverageReason.SpoolFull, "files", 1));
    }
}
