using System.Collections.Immutable;
using System.Text.Json;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>What a writer of version 2 must not put into a log. Pure.</summary>
public static class CommitRules
{
    /// <summary>Refuses actions that would break the table or its own rules.</summary>
    /// <exception cref="DeltaLogException">An action breaks a rule of the table that another program or person set.</exception>
    /// <exception cref="ArgumentException">The actions contradict each other or the snapshot: their planner is wrong.</exception>
    public static void Check(TableSnapshot basis, ImmutableArray<DeltaAction> actions)
    {
        var paths = new HashSet<string>(StringComparer.Ordinal);
        var applications = new HashSet<string>(StringComparer.Ordinal);
        var appendOnly = basis.Metadata?.Configuration.GetValueOrDefault(TableProperties.AppendOnly) == "true";
        if (basis.Metadata is { } metadata && InvariantColumn(metadata) is { } column)
            throw new DeltaLogException($"table {metadata.Name}: its column {column} has an invariant that rows must keep, and FlowLake does not check any. Remove delta.invariants from the column's metadata.");
        foreach (var action in actions)
        {
            var allowed = action switch
            {
                AddAction add => paths.Add(add.Path) && !basis.Files.ContainsKey(add.Path),
                RemoveAction remove => paths.Add(remove.Path) && basis.Files.ContainsKey(remove.Path),
                TransactionAction transaction => applications.Add(transaction.AppId),
                _ => true,
            };
            if (!allowed)
                throw new ArgumentException($"{action} does not fit the commit or version {basis.Version}", nameof(actions));
            if (appendOnly && action is RemoveAction { DataChange: true })
                throw new DeltaLogException($"table {basis.Metadata!.Name} is append-only: no rows may be removed. Set its property {TableProperties.AppendOnly} to false first.");
        }
    }

    private static string? InvariantColumn(MetadataAction metadata)
    {
        if (!metadata.SchemaString.Contains("delta.invariants", StringComparison.Ordinal))
            return null;
        using var schema = JsonDocument.Parse(metadata.SchemaString);
        foreach (var field in schema.RootElement.GetProperty("fields").EnumerateArray())
        {
            if (field.TryGetProperty("metadata", out var notes) && notes.TryGetProperty("delta.invariants", out _))
                return field.GetProperty("name").GetString();
        }

        return null;
    }
}
