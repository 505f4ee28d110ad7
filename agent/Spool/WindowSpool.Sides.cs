using FlowLake.Lake.Tables;
using FlowLake.Schemas.Inbox;

namespace FlowLake.Agent.Spool;

// A file's side objects lie beside it under its own name. They come before it and go after it, so one whose file is not there belongs to nobody.
public sealed partial class WindowSpool
{
    /// <summary>Tables and files of the side objects that lie beside a file of that name.</summary>
    private IEnumerable<(string Table, string Path)> SidesOf(string name) =>
        SideObject.Tables.Select(table => (table.Name, Path: PathOf(SideName(name, table.Name)))).Where(side => File.Exists(side.Path));

    private static string SideName(string name, string table) => name[..^SpoolFileName.Suffix.Length] + SideObject.Suffix(table);

    /// <summary>Bytes of a file and its side objects.</summary>
    private long BytesOf(FileInfo file) => file.Length + SidesOf(file.Name).Sum(side => new FileInfo(side.Path).Length);

    private void StoreSides(string name, SideRows sides)
    {
        foreach (var table in sides.Tables)
        {
            var path = PathOf(SideName(name, table));
            sides.Write(table, path + DurableFiles.TemporarySuffix);
            DurableFiles.Flush(path + DurableFiles.TemporarySuffix);
            step("side-written");
            DurableFiles.Rename(path + DurableFiles.TemporarySuffix, path);
            step("side-named");
        }
    }

    private void MergeSides(FileInfo[] sources, string target)
    {
        foreach (var table in SideObject.Tables)
        {
            string[] paths = [.. sources.Select(source => PathOf(SideName(source.Name, table.Name))).Where(File.Exists)];
            if (paths.Length > 0)
                InboxFile.MergeSides(PathOf(SideName(target, table.Name)) + DurableFiles.TemporarySuffix, table, paths);
        }
    }

    private void CopySides(string source, string target)
    {
        foreach (var (table, path) in SidesOf(source))
            File.Copy(path, PathOf(SideName(target, table)) + DurableFiles.TemporarySuffix, overwrite: true);
    }

    /// <summary>Gives the prepared side objects of a file their names; the file itself is to follow.</summary>
    private void NameSides(string target)
    {
        foreach (var table in SideObject.Tables)
        {
            var path = PathOf(SideName(target, table.Name));
            if (!File.Exists(path + DurableFiles.TemporarySuffix))
                continue;
            DurableFiles.Flush(path + DurableFiles.TemporarySuffix);
            DurableFiles.Rename(path + DurableFiles.TemporarySuffix, path);
            step("side-named");
        }
    }

    /// <summary>Deletes a file and then its side objects: after a crash in between nobody's file is left, which <see cref="DeleteStraySides"/> finds.</summary>
    private void Delete(string name)
    {
        File.Delete(PathOf(name));
        foreach (var (_, path) in SidesOf(name))
        {
            step("file-deleted");
            File.Delete(path);
        }
    }

    private void DeleteStraySides()
    {
        foreach (var file in Files().Where(IsSide).ToArray())
        {
            if (!File.Exists(PathOf(file.Name[..file.Name.IndexOf('.', StringComparison.Ordinal)] + SpoolFileName.Suffix)))
                file.Delete();
        }
    }

    private static bool IsSide(FileInfo file) => SideObject.Tables.Any(table => file.Name.EndsWith(SideObject.Suffix(table.Name), StringComparison.Ordinal));
}
