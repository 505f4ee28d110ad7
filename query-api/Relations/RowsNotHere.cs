using FlowLake.Schemas.DeltaLog;
using FlowLake.Schemas.Tables;

namespace FlowLake.QueryApi.Relations;

/// <summary>Rows that a question needs and that are not on this machine, and what can be asked instead.</summary>
/// <param name="Relation">Name of the relation it asks.</param>
/// <param name="TimeColumn">The relation's column that says when.</param>
/// <param name="From">A whole second from which on all its rows are here; null where that is not known.</param>
/// <param name="AreComing">Whether those that are not are being fetched.</param>
/// <param name="AthenaSql">A statement for Athena that gives the relation's rows within the question's bounds.</param>
internal sealed record RowsNotHere(string Relation, string TimeColumn, DateTimeOffset? From, bool AreComing, string AthenaSql)
{
    /// <summary>After how many seconds what is being fetched may be here.</summary>
    public const int RetryAfterSeconds = 5;

    /// <summary>What is wrong, in one sentence.</summary>
    public string Reason() => AreComing ? $"{Relation} has rows within the range asked for that are being fetched right now"
        : From is { } from ? $"{Relation} is here from {from:yyyy-MM-dd'T'HH:mm:ss'Z'} on, and the range asked for reaches further back"
        : $"rows of {Relation} within the range asked for are not here";

    /// <summary>What would do.</summary>
    public string Hint() => (AreComing ? "Ask again in some seconds" : "Older rows are in the lake: Athena answers of them")
        + (From is { } from ? $", or ask for {TimeColumn} >= TIMESTAMPTZ '{from:yyyy-MM-dd HH:mm:ss}+00' (in OData: {TimeColumn} ge {from:yyyy-MM-dd'T'HH:mm:ss'Z'})" : "")
        + (AreComing || TimeColumn == HourlyRelations.TimeColumn ? "." : ", or for the sums by hour, which zone_traffic and pair_traffic have of all times.");
}

/// <summary>A question needs rows that are not on this machine.</summary>
/// <param name="rows">Which rows, for whoever asks.</param>
/// <param name="files">The files they are in, and their table; null in a process that keeps none, and where the log was not read yet.</param>
internal sealed class RowsNotHereException(RowsNotHere rows, MissingFiles? files = null) : Exception(rows.Reason())
{
    public RowsNotHere Rows => rows;

    public MissingFiles? Files => files;
}

/// <summary>Files of a table that are not on this machine.</summary>
internal sealed record MissingFiles(TableDefinition Table, IReadOnlyCollection<AddAction> Files);
