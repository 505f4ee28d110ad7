using System.Text.Json;
using FlowLake.Lake.Duck;
using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>From a statement's tree to the bounds of the rows it needs of each relation. Constants are computed by the engine itself, as it will do for the statement.</summary>
internal static class SqlBounds
{
    /// <summary>The relations a statement names, each with what holds for all places that name it.</summary>
    /// <param name="connection">A connection in the transaction the statement will run in, so that both have one now().</param>
    /// <param name="tree">The engine's tree of the statement.</param>
    /// <param name="query">The statement, for its parameters.</param>
    /// <exception cref="DuckException">A constant has no value. The transaction is over then.</exception>
    public static IReadOnlyDictionary<Relation, RowBounds> Of(DuckConnection connection, JsonElement tree, SqlQuery query)
    {
        var uses = SqlTableUses.Of(tree);
        var constants = new SqlConstant(tree, query);
        var terms = new List<string>();
        var bounds = uses.Select(use => (use.Relation, Parts: use.Comparisons.SelectMany(comparison => Parts(use.Relation, comparison, constants, terms)).ToArray())).ToArray();
        var values = Values(connection, terms, constants.Parameters);
        return bounds
            .GroupBy(use => use.Relation, use => use.Parts.Aggregate(RowBounds.None, (all, part) => all.And(part.Column, part.Bounds(values))))
            .ToDictionary(use => use.Key, use => use.Aggregate((one, other) => one.Or(other)));
    }

    /// <summary>Every relation a statement names, without bounds.</summary>
    public static IReadOnlyDictionary<Relation, RowBounds> None(JsonElement tree) => SqlTableUses.Of(tree).Select(use => use.Relation).Distinct().ToDictionary(relation => relation, _ => RowBounds.None);

    private static IEnumerable<Part> Parts(Relation relation, SqlComparison comparison, SqlConstant constants, List<string> terms)
    {
        var column = relation.Columns.FirstOrDefault(column => string.Equals(column.Name, comparison.Column, StringComparison.OrdinalIgnoreCase));
        if (column is null)
            yield break;
        // One that is no constant can lie anywhere, and with it the least or the greatest of them.
        var (low, high) = (comparison.Low.Select(value => constants.For(column, value)).ToArray(), comparison.High.Select(value => constants.For(column, value)).ToArray());
        yield return new Part(column.Name, Places(low), Places(high));

        int[] Places(string?[] found)
        {
            if (found.Contains(null))
                return [];
            terms.AddRange(found!);
            return [.. Enumerable.Range(terms.Count - found.Length, found.Length)];
        }
    }

    private static BoundValue?[] Values(DuckConnection connection, List<string> terms, object?[] parameters)
    {
        if (terms.Count == 0)
            return [];
        using var result = connection.QueryMaterialized($"SELECT {string.Join(", ", terms)}", parameters);
        result.Read();
        return [.. terms.Select((_, index) => result.GetValue(index, 0) switch
        {
            long number => new BoundValue(number),
            string text => new BoundValue(0, text),
            _ => (BoundValue?)null,
        })];
    }

    /// <summary>Bounds whose values stand at some places of a list yet to come.</summary>
    private sealed record Part(string Column, int[] Low, int[] High)
    {
        public ValueBounds Bounds(BoundValue?[] values)
        {
            var (low, high) = (Low.Select(place => values[place]).ToArray(), High.Select(place => values[place]).ToArray());
            return new ValueBounds(low.Contains(null) || low.Length == 0 ? null : low.Min(), high.Contains(null) || high.Length == 0 ? null : high.Max());
        }
    }
}
