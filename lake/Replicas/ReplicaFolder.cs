using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using FlowLake.Lake.Objects;

namespace FlowLake.Lake.Replicas;

/// <summary>A data file by its table and its own name, which holds a UUID and so needs no folders.</summary>
internal readonly record struct ReplicaName(string Table, string File);

/// <summary>
/// Copies of a lake's files in a folder that any number of processes share. What is there lies once in <c>files</c>; each process has a hard link of its own to all it needs, in a folder that goes
/// with it, and reads by that. So a file that one process lets go of stays for the others, without a lock or a list of who reads what: the file system counts.
/// </summary>
/// <remarks>
/// Guarantees: 1. a file has its name here only when it is whole and of the size that was told; 2. a file <see cref="Find"/> gave stays until this process's <see cref="Keep"/> leaves it out;
/// 3. what nobody has a link to is deleted by the next <see cref="Sweep"/> and <see cref="Keep"/> of whoever needs it no more; half a download goes with the folder of the process that made it.
/// </remarks>
internal sealed class ReplicaFolder : IDisposable
{
    private readonly ConcurrentDictionary<ReplicaName, long> held = new();
    private readonly string files;
    private readonly ProcessFolder own;
    private long bytes;
    private long deleted;

    /// <param name="cache">The folder for all lakes.</param>
    /// <param name="store">The lake's store, by which its part of the folder is named.</param>
    /// <param name="tables">Names of the tables.</param>
    public ReplicaFolder(string cache, IObjectStore store, IEnumerable<string> tables)
    {
        Root = Path.Combine(Path.GetFullPath(cache), "lake-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(store.Identity)))[..16]);
        files = Path.Combine(Root, "files");
        own = ProcessFolder.Open(Path.Combine(Root, "processes"));
        foreach (var table in tables)
        {
            Directory.CreateDirectory(Path.Combine(files, table));
            Directory.CreateDirectory(FolderOf(table));
        }

        Adopt();
    }

    /// <summary>The lake's part of the folder.</summary>
    public string Root { get; }

    /// <summary>Bytes of the files this process has.</summary>
    public long Bytes => Interlocked.Read(ref bytes);

    /// <summary>Files deleted since the start.</summary>
    public long Deleted => Interlocked.Read(ref deleted);

    /// <summary>The folder in which a table's files are read.</summary>
    public string FolderOf(string table) => Path.Combine(own.Path, table);

    /// <summary>Where the file can be read, or null where it is not here.</summary>
    public string? Find(ReplicaName name, long size) => held.TryGetValue(name, out var there) && there == size ? PathOf(name) : null;

    /// <summary>Makes the file be here: takes another process's copy, or downloads one.</summary>
    /// <returns>Whether it was downloaded.</returns>
    /// <exception cref="IOException">It cannot be had, or comes with another size.</exception>
    public async Task<bool> FetchAsync(ReplicaName name, long size, IObjectStore store, string key, CancellationToken cancellationToken)
    {
        if (Take(name) is { } there)
        {
            if (there == size)
                return false;
            LetGo(name);
            File.Delete(SharedPathOf(name));
        }

        try
        {
            await store.DownloadWholeAsync(key, PathOf(name), size, cancellationToken);
        }
        catch (IOException)
        {
            // One of another size has its name all the same.
            File.Delete(PathOf(name));
            throw;
        }

        Share(name);
        Hold(name, size);
        return true;
    }

    /// <summary>Removes what ended processes left, and takes on the files they had: <see cref="Keep"/> decides which stay.</summary>
    public void Sweep()
    {
        ProcessFolder.RemoveLeft(Path.GetDirectoryName(own.Path)!);
        Adopt();
    }

    /// <summary>Lets go of every file but some, and deletes those that no other process has.</summary>
    public void Keep(IReadOnlySet<ReplicaName> needed)
    {
        foreach (var name in held.Keys.Where(name => !needed.Contains(name)))
            LetGo(name);
    }

    public void Dispose() => own.Dispose();

    private void Adopt()
    {
        foreach (var table in new DirectoryInfo(files).EnumerateDirectories())
        {
            foreach (var file in table.EnumerateFiles())
                Take(new ReplicaName(table.Name, file.Name));
        }
    }

    // A link to the shared file, if there is one; its size, or null.
    private long? Take(ReplicaName name)
    {
        if (held.TryGetValue(name, out var size))
            return size;
        if (Posix.Link(SharedPathOf(name), PathOf(name)) != Posix.Error.None)
            return null;
        size = new FileInfo(PathOf(name)).Length;
        Hold(name, size);
        return size;
    }

    private void Share(ReplicaName name)
    {
        var error = Posix.Link(PathOf(name), SharedPathOf(name));
        if (error == Posix.Error.None)
            return;
        if (error != Posix.Error.Exists)
            throw new IOException($"{SharedPathOf(name)} cannot be made: {Posix.Describe(error)}. A cache folder needs a file system with hard links.");
        // Another process was faster: its copy takes the place of ours, unless it lets go of it right now.
        if (Posix.Link(SharedPathOf(name), PathOf(name) + ".shared") == Posix.Error.None)
            File.Move(PathOf(name) + ".shared", PathOf(name), overwrite: true);
    }

    private void Hold(ReplicaName name, long size)
    {
        if (held.TryAdd(name, size))
            Interlocked.Add(ref bytes, size);
    }

    // Whoever takes the shared file on between the count and the deletion has a link, which is all it needs.
    private void LetGo(ReplicaName name)
    {
        if (!held.TryRemove(name, out var size))
            return;
        Interlocked.Add(ref bytes, -size);
        File.Delete(PathOf(name));
        if (Posix.LinkCount(SharedPathOf(name)) > 1)
            return;
        File.Delete(SharedPathOf(name));
        Interlocked.Increment(ref deleted);
    }

    private string PathOf(ReplicaName name) => Path.Combine(own.Path, name.Table, name.File);

    private string SharedPathOf(ReplicaName name) => Path.Combine(files, name.Table, name.File);
}
