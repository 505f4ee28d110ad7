namespace FlowLake.Schemas.DeltaLog;

/// <summary>What compaction makes of a partition whose day is over.</summary>
/// <param name="SettledFilesMax">Files it may have however small they are.</param>
/// <param name="IsToBeWrittenAnew">Whether a file is to be written anew even if it is alone.</param>
public sealed record CompactionAim(int SettledFilesMax, Func<AddAction, bool> IsToBeWrittenAnew)
{
    /// <summary>Rows: a file that comes late waits for a second one, so that not each has the partition written anew.</summary>
    public static readonly CompactionAim Rows = new(2, _ => false);
}
