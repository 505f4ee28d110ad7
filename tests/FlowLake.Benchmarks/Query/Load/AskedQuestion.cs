using FlowLake.Benchmarks.Query.Questions;

namespace FlowLake.Benchmarks.Query.Load;

/// <summary>A question as it is sent, and the rows that are right, which the engine in this process gave.</summary>
internal sealed record AskedQuestion(string Name, byte[] Body, string Rows)
{
    /// <summary>All questions of a lake.</summary>
    public static IReadOnlyList<AskedQuestion> All(BenchmarkLake lake)
    {
        using var engine = new PlainEngine(lake.Files(), fromRollups: true, QueryProcess.EngineBytes);
        var values = BenchmarkLake.Values(engine);
        return [.. Question.All().Select(question => new AskedQuestion(question.Name, question.Body(values), engine.Rows(question, values)))];
    }
}
