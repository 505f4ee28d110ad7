using System.Globalization;
using FlowLake.Lake.Duck;
using FlowLake.Schemas.Costs;
using FlowLake.Schemas.Rollups;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>The lake's tables as Athena knows them, for questions that reach past this machine: the whole lake, in as much SQL as it shares with the engine.</summary>
internal sealed class AthenaSources(RowBounds bounds) : RelationSources(RowScope.All, PriceList.Aws)
{
    /// <summary>A statement that gives the relation's rows within the bounds, both ends of them included.</summary>
    public static string Statement(Relation relation, RowBounds bounds) => (relation.AthenaSelect ?? relation.Select)(new AthenaSources(FilePruning.HourAsWindowStart(bounds)));

    public override string Files(TableDefinition table)
    {
        var own = FilePruning.Of(table, bounds);
        var conditions = string.Join(" AND ", own.All.OrderBy(bound => bound.Key, StringComparer.Ordinal).SelectMany(bound => Conditions(table.Columns.Single(column => column.Name == bound.Key), bound.Value)));
        return $"(SELECT * FROM {Name(table)}{(conditions.Length == 0 ? "" : " WHERE " + conditions)})";
    }

    public override string AllFiles(TableDefinition table) => Name(table);

    public override string Sums(RollupDefinition rollup, bool ofWholeDays) => throw new NotSupportedException("only flows has every row; rollups are behind it");

    public override string Tail(RollupDefinition rollup, TableDefinition flows) => Files(flows);

    public override string SecondsAfter(string time, string seconds) => $"date_add('second', {seconds}, {time})";

    private static string Name(TableDefinition table) => $"\"{TableDefinition.CatalogDatabase}\".\"{table.Name}\"";

    private static IEnumerable<string> Conditions(Column column, ValueBounds bounds)
    {
        var name = DuckSql.Identifier(column.Name);
        if (bounds.Low is { } low)
            yield return $"{name} >= {Literal(column.Type, low)}";
        if (bounds.High is { } high)
            yield return $"{name} <= {Literal(column.Type, high)}";
    }

    // Its time literals have a zone or none by the table's type; the function's value compares with both.
    private static string Literal(ColumnType type, BoundValue value) => type switch
    {
        ColumnType.Date when value.ToDate() is { } date => $"DATE '{date:yyyy-MM-dd}'",
        ColumnType.Timestamp when value.ToTime() is { } time => $"from_iso8601_timestamp('{time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFF'Z'", CultureInfo.InvariantCulture)}')",
        ColumnType.Date or ColumnType.Timestamp => "NULL",
        ColumnType.String => DuckSql.Literal(value.Text ?? ""),
        _ => value.Number.ToString(CultureInfo.InvariantCulture),
    };
}
