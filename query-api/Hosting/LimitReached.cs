using System.Globalization;
using FlowLake.QueryApi.Sql;
using Microsoft.AspNetCore.Http;

namespace FlowLake.QueryApi.Hosting;

/// <summary>A bound that a question met: which, what it is, and what the answer says of it.</summary>
/// <param name="Limit">Its name, as a key file has it: rows, bytes, seconds, waiting; or service, where it is everybody's together.</param>
/// <param name="Allowed">What it allows.</param>
/// <param name="Status">The answer's status.</param>
/// <param name="Detail">One sentence for a person.</param>
/// <param name="Hint">What to do instead; null where asking again later will do.</param>
/// <param name="RetryAfterSeconds">After how many seconds asking again may do; null where it never will.</param>
internal sealed record LimitReached(string Limit, long Allowed, int Status, string Detail, string? Hint = null, int? RetryAfterSeconds = null)
{
    /// <summary>A second is about what a question takes; whoever waits longer still only finds more room.</summary>
    private const int ShortWhile = 1;

    /// <summary>What took its whole time once may do with less company, but not at once.</summary>
    private const int LongWhile = 30;

    public static LimitReached Rows(int asked, SqlLimits limits) => new(
        "rows", limits.RowsMax, StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"limit is {asked}; an answer has {limits.RowsMax} rows at most."),
        "Ask for fewer rows, or for sums of them.");

    public static LimitReached Bytes(SqlLimits limits) => new(
        "bytes", limits.BytesMax, StatusCodes.Status413PayloadTooLarge, string.Create(CultureInfo.InvariantCulture, $"The answer is larger than {limits.BytesMax} bytes."),
        "Ask for fewer rows or columns, or for sums of them.");

    public static LimitReached Time(SqlLimits limits) => new(
        "seconds", (long)limits.Time.TotalSeconds, StatusCodes.Status408RequestTimeout, string.Create(CultureInfo.InvariantCulture, $"The question took longer than {limits.Time.TotalSeconds:0} s, its wait included, and was stopped."),
        "Ask for fewer days, or name a date in WHERE or $filter.", LongWhile);

    public static LimitReached Waiting(SqlLimits limits) => new(
        "waiting", limits.Waiting, StatusCodes.Status429TooManyRequests, string.Create(CultureInfo.InvariantCulture, $"{limits.Parallel} questions of this key run and {limits.Waiting} wait already."),
        RetryAfterSeconds: ShortWhile);

    public static LimitReached Service(int workers, SqlLimits limits) => new(
        "service", limits.Waiting, StatusCodes.Status503ServiceUnavailable, string.Create(CultureInfo.InvariantCulture, $"{workers} questions of all together run and {limits.Waiting} wait already."),
        RetryAfterSeconds: ShortWhile);
}
