using System.Collections.Immutable;
using System.Collections.Concurrent;
using FlowLake.Lake.Objects;
using FlowLake.Lake.Replicas;
using FlowLake.Schemas.DeltaLog;

namespace FlowLake.QueryApi.Relations;

/// <summary>
/// Folders named after partition values, as links to the folders where the files lie. The engine takes a file's partition values from its path
/// (<c>date=2026-11-21/zone=a</c>); these paths are made here from the log, which is what counts, and not from where a file happens to lie.
/// </summary>
/// <remarks>
/// Measured on 1,080 files in 270 partitions: views with the values as literals, one SELECT a partition, bind in 80 to 140 ms and answer for one day in
/// 90 ms; a table of values joined by file name binds in 5 ms but doubles a scan's time; these paths bind in 9 ms, cost a scan nothing, and a day is
/// answered in 25 ms, since files of other days are never opened. There is one link a partition, so their number is that of the partitions. A file that lies in folders of these very names, as
/// our own writers' do, needs none: the closed engine looks at each folder of a path, and of where it leads, three times to bind a file.
/// </remarks>
internal sealed class PartitionLinks(string parent) : IDisposable
{
    private readonly ConcurrentDictionary<(string Folder, string Partition), string> links = new();
    private readonly ProcessFolder folder = ProcessFolder.Open(parent);
    private int next;

    public string Root => folder.Path;

    /// <summary>A path to the file whose folders say the partition values the log gives it.</summary>
    public string PathTo(ReplicaFile file, ImmutableArray<string> partitionColumns)
    {
        if (partitionColumns.IsEmpty)
            return file.LocalPath;
        var path = Path.GetFullPath(file.LocalPath);
        var place = Path.GetDirectoryName(path)!;
        var partition = string.Join('/', partitionColumns.Select(column => DeltaPath.PartitionFolder(column, file.Add.PartitionValues.GetValueOrDefault(column))));
        return LiesIn(place, partition) ? path : Path.Combine(links.GetOrAdd((place, partition), Make), Path.GetFileName(path));
    }

    public void Dispose() => folder.Dispose();

    // The engine takes any folder with an equals sign for a partition, and the others of these signs for a pattern.
    private static bool LiesIn(string place, string partition) =>
        place.EndsWith("/" + partition, StringComparison.Ordinal) && place.AsSpan(0, place.Length - partition.Length).IndexOfAny("=*?[") < 0;

    private string Make((string Folder, string Partition) key)
    {
        // The number keeps apart equal partitions in different folders.
        var link = Path.Combine(Root, $"{Interlocked.Increment(ref next)}", key.Partition);
        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        Directory.CreateSymbolicLink(link, key.Folder);
        return link;
    }
}
