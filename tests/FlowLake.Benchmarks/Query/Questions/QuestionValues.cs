using System.Globalization;

namespace FlowLake.Benchmarks.Query.Questions;

/// <summary>Values for the parameters the questions have.</summary>
internal static class QuestionValues
{
    /// <summary>A time up to which is asked, and the pod and the namespace whose answers are not empty: those with most in the hour before.</summary>
    /// <param name="engine">Has the relation <c>flows</c>.</param>
    /// <param name="until">The time.</param>
    public static IReadOnlyDictionary<string, string> Of(PlainEngine engine, DateTimeOffset until)
    {
        var text = until.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        return new Dictionary<string, string> { ["until"] = text, ["pod"] = Most("server_pod"), ["namespace"] = Most("client_namespace") };

        string Most(string column) => engine.Connection.Scalar<string>(
            $"SELECT {column} FROM flows WHERE {column} IS NOT NULL AND window_start >= TIMESTAMPTZ '{text}' - INTERVAL 1 HOUR GROUP BY {column} ORDER BY sum(bytes_to_server) DESC, {column} LIMIT 1");
    }
}
