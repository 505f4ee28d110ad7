using System.Collections.Immutable;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Tables;

namespace FlowLake.Schemas.Inbox;

/// <summary>
/// Rows of a further table that belong to an inbox file: <c>&lt;sequence&gt;.&lt;table&gt;.parquet</c> beside it. It is put before its file, which names it, and
/// shares the file's fate: both are taken, both are bad, both are deleted.
/// </summary>
/// <param name="File">The file it belongs to.</param>
/// <param name="Table">Name of one of <see cref="Tables"/>.</param>
public readonly record struct SideObject(InboxKey File, string Table)
{
    /// <summary>The key of an inbox file's metadata that names its side objects: their tables' names with commas between. Absent where there are none.</summary>
    public const string MetadataKey = "flowlake.side_objects";

    private const char Separator = ',';

    /// <summary>The tables that side objects feed. An object named after another table is no side object to this version and is left alone.</summary>
    public static readonly ImmutableArray<TableDefinition> Tables = [DnsColumns.Table, DropColumns.Table];

    /// <summary>What stands behind the stem of a file's name in that of its side object.</summary>
    public static string Suffix(string table) => $".{table}.parquet";

    /// <summary>The object's key. Before its file's in the order of keys.</summary>
    public string Key => File.Stem + Suffix(Table);

    /// <summary>Reads a key. False for any other object's.</summary>
    public static bool TryParse(string key, out SideObject parsed)
    {
        foreach (var table in Tables)
        {
            if (key.EndsWith(Suffix(table.Name), StringComparison.Ordinal) && InboxKey.TryParse(key[..^Suffix(table.Name).Length] + InboxKey.Suffix, out var file))
            {
                parsed = new SideObject(file, table.Name);
                return true;
            }
        }

        parsed = default;
        return false;
    }

    /// <summary>The metadata's value.</summary>
    public static string NamesText(IEnumerable<string> tables) => string.Join(Separator, tables.Order(StringComparer.Ordinal));

    /// <summary>The tables of a file's side objects, by its metadata's value. Tables this version does not know are left out.</summary>
    public static IEnumerable<string> Names(string? metadata) =>
        metadata?.Split(Separator).Where(name => Tables.Any(table => table.Name == name)).Distinct() ?? [];
}
