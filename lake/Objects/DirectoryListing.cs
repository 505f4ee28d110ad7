using System.IO.Enumeration;
using System.Runtime.CompilerServices;

namespace FlowLake.Lake.Objects;

/// <summary>Walks a folder tree in the order of keys, reading a folder when the walk comes to it. Only what can match is read.</summary>
internal static class DirectoryListing
{
    private static readonly EnumerationOptions everything = new() { AttributesToSkip = 0, IgnoreInaccessible = false, RecurseSubdirectories = false };

    public static async IAsyncEnumerable<StoredObject> WalkAsync(
        string root, string prefix, string? startAfter, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        // Names still to visit, the next one on top; a folder's name ends with '/', which is also what puts it in its right place among the files.
        var pending = new Stack<string>();
        pending.Push(prefix[..(prefix.LastIndexOf('/') + 1)]);
        while (pending.TryPop(out string? name))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (name.Length > 0 && name[^1] != '/')
            {
                if (Describe(root, name) is { } found)
                    yield return found;
                continue;
            }
            List<string> inside = await Task.Run(() => ReadFolder(root, name, prefix, startAfter), cancellationToken);
            for (int index = inside.Count - 1; index >= 0; index--)
                pending.Push(inside[index]);
        }
    }

    private static List<string> ReadFolder(string root, string folder, string prefix, string? startAfter)
    {
        try
        {
            // Links are not followed: what they lead to lies outside.
            var entries = new FileSystemEnumerable<string>(
                Path.Combine(root, folder), (ref FileSystemEntry entry) => $"{folder}{entry.FileName}{(entry.IsDirectory ? "/" : "")}", everything)
            {
                ShouldIncludePredicate = (ref FileSystemEntry entry) => (entry.Attributes & FileAttributes.ReparsePoint) == 0,
            };
            List<string> names = [.. entries.Where(name => CanMatch(name, prefix, startAfter) && ObjectKey.IsValid(name.TrimEnd('/')))];
            names.Sort(ObjectKey.Order);
            return names;
        }
        catch (DirectoryNotFoundException)
        {
            return []; // Its last object was deleted since we saw its name.
        }
    }

    private static bool CanMatch(string name, string prefix, string? startAfter)
    {
        bool isFolder = name[^1] == '/';
        if (!name.StartsWith(prefix, StringComparison.Ordinal) && !(isFolder && prefix.StartsWith(name, StringComparison.Ordinal)))
            return false;
        return startAfter is null || ObjectKey.Compare(name, startAfter) > 0 || (isFolder && startAfter.StartsWith(name, StringComparison.Ordinal));
    }

    private static StoredObject? Describe(string root, string key)
    {
        var file = new FileInfo(Path.Combine(root, key));
        return file.Exists ? new StoredObject(key, file.Length, new DateTimeOffset(file.LastWriteTimeUtc, TimeSpan.Zero)) : null;
    }
}
