using FlowLake.Agent.Bpf;

namespace FlowLake.Agent.Directory;

/// <summary>The folders of a cgroup v2 file system, as they are.</summary>
/// <param name="mount">Where it is mounted.</param>
/// <param name="root">The folder in it to look at, with all below it.</param>
/// <param name="most">Most folders looked at.</param>
/// <param name="deepest">Most steps down from the root.</param>
internal sealed class CgroupFolders(string mount, string root, int most, int deepest)
{
    private readonly string prefix = Path.GetRelativePath(mount, root) is var relative && relative == "." ? "" : relative;

    /// <summary>Whether a folder, told from the root of the hierarchy, is the root or below it.</summary>
    public bool Holds(string path)
    {
        var inner = path.AsSpan().TrimStart('/');
        return prefix.Length == 0 || (inner.StartsWith(prefix, StringComparison.Ordinal) && (inner.Length == prefix.Length || inner[prefix.Length] == '/'));
    }

    /// <summary>Id and folder, relative to the mount, the upper ones first.</summary>
    public IEnumerable<(ulong Id, string Path)> All()
    {
        var open = new Queue<(string Path, int Depth)>([(root, 0)]);
        for (var looked = 0; looked < most && open.TryDequeue(out var folder); looked++)
        {
            if (CgroupFileSystem.TryIdOf(folder.Path) is { } id)
                yield return (id, Path.GetRelativePath(mount, folder.Path));
            if (folder.Depth == deepest)
                continue;
            foreach (var inner in Inside(folder.Path))
                open.Enqueue((inner, folder.Depth + 1));
        }
    }

    private static string[] Inside(string folder)
    {
        try
        {
            return System.IO.Directory.GetDirectories(folder);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            // It ended between being listed and being looked into.
            return [];
        }
    }
}
