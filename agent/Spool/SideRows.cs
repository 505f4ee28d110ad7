using FlowLake.Lake.Tables;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;

namespace FlowLake.Agent.Spool;

/// <summary>The rows of a window that go into side objects. A table without rows has none.</summary>
public sealed record SideRows(IReadOnlyList<DnsRecord> Dns, IReadOnlyList<DropRecord> Drops)
{
    public static readonly SideRows None = new([], []);

    /// <summary>The tables there are rows for.</summary>
    public IEnumerable<string> Tables
    {
        get
        {
            if (Dns.Count > 0)
                yield return DnsColumns.Table.Name;
            if (Drops.Count > 0)
                yield return DropColumns.Table.Name;
        }
    }

    /// <summary>Writes the side object of one of the <see cref="Tables"/>.</summary>
    public void Write(string table, string path)
    {
        if (table == DnsColumns.Table.Name)
            InboxFile.WriteSide(path, DnsColumns.Table, Dns);
        else
            InboxFile.WriteSide(path, DropColumns.Table, Drops);
    }
}
