using FlowLake.Ingest.Inbox;

namespace FlowLake.Ingest.Batches;

/// <summary>Turns inbox files into data files of tables, on this machine.</summary>
public interface IBatchBuilder
{
    /// <summary>Reads the files, finds the bad ones, and writes the rows of the others for each table that takes them.</summary>
    /// <param name="files">All files any table takes.</param>
    /// <param name="sides">Side objects the listing showed. Others of the files' side objects may be there as well.</param>
    /// <param name="takes">What each table takes of them.</param>
    /// <exception cref="FileNotFoundException">A file is gone: another ingest was faster. List and plan again.</exception>
    Task<Batch> BuildAsync(IReadOnlyCollection<InboxObject> files, IReadOnlyCollection<InboxSide> sides, IReadOnlyList<TableTake> takes, CancellationToken cancellationToken);
}
