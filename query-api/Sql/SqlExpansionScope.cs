using System.Collections.Immutable;
using System.Text.Json;

namespace FlowLake.QueryApi.Sql;

/// <summary>The size of what gives rows.</summary>
/// <param name="Sources">Tables and subqueries in it.</param>
/// <param name="Columns">Columns it gives.</param>
/// <param name="References">References to columns in the largest expression that one of its columns stands for.</param>
internal sealed record SqlRowsExtent(long Sources, long Columns, long References);

/// <summary>The size of an expression.</summary>
/// <param name="Sources">Tables and subqueries in it.</param>
/// <param name="References">References to columns in it.</param>
/// <param name="HasStar">Whether it is there once for every column.</param>
internal sealed record SqlExpressionExtent(long Sources, long References, bool HasStar = false)
{
    public static readonly SqlExpressionExtent Nothing = new(0, 0);

    public static SqlExpressionExtent operator +(SqlExpressionExtent one, SqlExpressionExtent other) => new(one.Sources + other.Sources, one.References + other.References, one.HasStar || other.HasStar);
}

/// <summary>What names stand for at one place of a statement.</summary>
internal sealed record SqlExpansionScope
{
    public static readonly SqlExpansionScope Empty = new();

    private ImmutableDictionary<string, SqlRowsExtent> Names { get; init; } = ImmutableDictionary.Create<string, SqlRowsExtent>(StringComparer.OrdinalIgnoreCase);

    private ImmutableDictionary<string, long> Aliases { get; init; } = ImmutableDictionary.Create<string, long>(StringComparer.OrdinalIgnoreCase);

    private SqlRowsExtent From { get; init; } = new(0, 0, 1);

    /// <summary>References that any column stands for, at most.</summary>
    public long ColumnReferences => From.References;

    /// <summary>References that all columns together stand for.</summary>
    public long StarReferences => Math.Max(1, From.Columns) * From.References;

    /// <summary>The rows WITH gives a name to, or null.</summary>
    public SqlRowsExtent? Find(string name) => Names.GetValueOrDefault(name);

    public SqlExpansionScope WithName(string name, SqlRowsExtent rows) => this with { Names = Names.SetItem(name, rows) };

    public SqlExpansionScope WithAlias(string name, long references) => this with { Aliases = Aliases.SetItem(name, Math.Max(references, Aliases.GetValueOrDefault(name))) };

    /// <summary>Within a SELECT over some rows: its columns are theirs, and those of what is around it.</summary>
    public SqlExpansionScope Over(SqlRowsExtent rows) => this with
    {
        From = rows with { References = Math.Max(Math.Max(1, rows.References), From.References) },
    };

    /// <summary>References that a column's name stands for; its first part may be an alias, and the others members of that.</summary>
    public long References(JsonElement names) => Math.Max(From.References, Aliases.GetValueOrDefault(names[0].GetString()!));
}
