using FlowLake.QueryApi.Relations;

namespace FlowLake.QueryApi.Sql;

/// <summary>Why a statement is not run, or was stopped. Written for the one who asked; it names nothing of the server.</summary>
/// <param name="Reason">What is wrong, in one sentence.</param>
/// <param name="Line">Line in the statement, from 1; null where the place is unknown.</param>
/// <param name="Column">Character in the line, from 1.</param>
/// <param name="Hint">What would be right, or null.</param>
public sealed record SqlRefusal(string Reason, int? Line = null, int? Column = null, string? Hint = null)
{
    /// <summary>True where the statement is well-formed and allowed, and what it asks for was too much.</summary>
    public bool TooMuch { get; init; }

    /// <summary>Rows it needs that are not on this machine, where that is why; null otherwise.</summary>
    internal RowsNotHere? NotHere { get; private init; }

    /// <summary>The files they are in; null in a process that keeps none.</summary>
    internal MissingFiles? Missing { get; private init; }

    /// <summary>A statement for Athena that has rows which are not on this machine, where that is why; null otherwise.</summary>
    public string? AthenaSql => NotHere?.AthenaSql;

    /// <summary>The refusal of a statement that needs rows which are not on this machine.</summary>
    internal static SqlRefusal Of(RowsNotHereException exception) => new(exception.Rows.Reason(), Hint: exception.Rows.Hint()) { NotHere = exception.Rows, Missing = exception.Files };

    /// <summary>True where the snapshot it names is not held.</summary>
    public bool Gone { get; init; }

    public override string ToString()
    {
        var place = Line is null ? "" : Column is null ? $"line {Line}: " : $"line {Line}, column {Column}: ";
        return place + (Hint is null ? Reason : $"{Reason.TrimEnd('.')}. {Hint}");
    }
}
