using System.Text.Json;
using System.Text.RegularExpressions;

namespace FlowLake.Benchmarks.Query.Questions;

/// <summary>One of the questions users ask, as it is kept in <c>questions/NAME.sql</c>: a line that says what it answers, then the statement.</summary>
/// <param name="Name">Name of its file.</param>
/// <param name="Says">What it answers.</param>
/// <param name="Sql">The statement, with named parameters.</param>
internal sealed partial record Question(string Name, string Says, string Sql)
{
    /// <summary>Rows of an answer at most: more than any of them has.</summary>
    public const int RowsMax = 1_000_000;

    private const string Folder = "questions";
    private const string Comment = "-- ";

    /// <summary>Names of its parameters.</summary>
    public IReadOnlyList<string> Parameters { get; } = [.. ParameterName().Matches(Sql).Select(match => match.Groups[1].Value).Distinct()];

    /// <summary>Whether it is answered from sums by the hour.</summary>
    public bool IsOfSums => Sql.Contains("zone_traffic", StringComparison.Ordinal) || Sql.Contains("pair_traffic", StringComparison.Ordinal);

    /// <summary>All of them, by name, from beside the program.</summary>
    public static IReadOnlyList<Question> All() =>
        [.. Directory.EnumerateFiles(Path.Combine(AppContext.BaseDirectory, Folder), "*.sql").Order(StringComparer.Ordinal).Select(Read)];

    /// <summary>The body of <c>POST /v1/sql</c>.</summary>
    /// <param name="values">Values of all parameters the questions have.</param>
    public byte[] Body(IReadOnlyDictionary<string, string> values) => JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>
    {
        ["sql"] = Sql,
        ["limit"] = RowsMax,
        ["parameters"] = Parameters.ToDictionary(name => name, name => values[name]),
    });

    private static Question Read(string path)
    {
        var text = File.ReadAllText(path);
        var end = text.IndexOf('\n', StringComparison.Ordinal);
        if (!text.StartsWith(Comment, StringComparison.Ordinal) || end < 0)
            throw new InvalidDataException($"{path} does not begin with a comment that says what it answers");
        return new Question(Path.GetFileNameWithoutExtension(path), text[Comment.Length..end].Trim(), text[(end + 1)..].Trim());
    }

    [GeneratedRegex(@"\$([a-z_]+)")]
    private static partial Regex ParameterName();
}
