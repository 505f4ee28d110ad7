using System.Globalization;
using System.Text.RegularExpressions;
using FlowLake.Lake.Duck;

namespace FlowLake.QueryApi.Sql;

/// <summary>The engine's errors as a user may see them: what is wrong with the statement, and nothing of the server.</summary>
internal static partial class SqlErrors
{
    public static SqlRefusal TooMuchMemory { get; } = new("the statement needs more memory than it may use", Hint: "Ask for fewer days, or group by fewer columns.") { TooMuch = true };

    /// <summary>Of a statement whose process broke down at it and did not say why.</summary>
    public static SqlRefusal BrokeDown { get; } = new("the process that answered the statement broke down at it, most likely because it needs more memory than it may use", Hint: TooMuchMemory.Hint) { TooMuch = true };

    /// <summary>The refusal an engine's error amounts to, or null where it is the server's fault and not the statement's.</summary>
    /// <param name="exception">What the engine threw.</param>
    /// <param name="privatePaths">Folders whose names must not appear.</param>
    public static SqlRefusal? Refusal(DuckException exception, IReadOnlyList<string> privatePaths)
    {
        switch (exception.ErrorType)
        {
            case DuckErrorType.OutOfMemory:
                return TooMuchMemory;
            case DuckErrorType.InputOutput or DuckErrorType.Internal or DuckErrorType.Fatal or DuckErrorType.Invalid or DuckErrorType.Connection:
                return null;
            case DuckErrorType.Permission:
                return new SqlRefusal("the statement asks for something that is closed here");
        }

        var (message, line, column) = Split(exception.Message);
        if (privatePaths.Any(path => message.Contains(path, StringComparison.Ordinal)))
            return null;
        return new SqlRefusal(message.ReplaceLineEndings(" ").Trim(), line, column);
    }

    // The engine ends its message with the line of the statement and a caret below it; a long line is cut and begins with "...".
    private static (string Message, int? Line, int? Column) Split(string text)
    {
        var place = PlaceInStatement().Match(text);
        if (!place.Success)
            return (text, null, null);
        var line = int.Parse(place.Groups["line"].Value, CultureInfo.InvariantCulture);
        int? column = place.Groups["cut"].Success ? null : place.Groups["indent"].Length - place.Groups["prefix"].Length + 1;
        return (text[..place.Index], line, column);
    }

    [GeneratedRegex(@"\n\n(?<prefix>LINE (?<line>\d+): )(?<cut>\.\.\.)?[^\n]*\n(?<indent> *)\^\s*\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1_000)]
    private static partial Regex PlaceInStatement();
}
