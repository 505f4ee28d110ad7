using System.Globalization;
using Spectre.Console;

namespace FlowLake.Demo.Screen;

/// <summary>The zone matrix as a table: senders down, receivers across.</summary>
internal static class MatrixTable
{
    public static Table Of(ZoneMatrix matrix)
    {
        var table = new Table().Border(TableBorder.Rounded).AddColumn("from \\ to");
        foreach (string zone in matrix.Zones)
            table.AddColumn(new TableColumn(Markup.Escape(zone)).RightAligned());
        foreach (string from in matrix.Zones)
            table.AddRow([Markup.Escape(from), .. matrix.Zones.Select(to => Cell(matrix[from, to]))]);
        return table.Caption(Markup.Escape(Summary(matrix)));
    }

    /// <summary>The matrix in two lines.</summary>
    public static string Summary(ZoneMatrix matrix) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Size(matrix.Bytes)} in {matrix.Seconds} s, {matrix.CrossZoneShare:0.0 %} across zones\n${matrix.Dollars:0.000000}, at this rate ${matrix.DollarsPerMonth:N0} a month");

    /// <summary>A number of bytes for people.</summary>
    public static string Size(long bytes) => bytes switch
    {
        < 10_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 10_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 10_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };

    private static string Cell(ZoneFlow flow) => flow.From == flow.To
        ? Size(flow.Bytes)
        : string.Create(CultureInfo.InvariantCulture, $"{Size(flow.Bytes)}\n[yellow]${flow.Dollars:0.000000}[/]");
}
