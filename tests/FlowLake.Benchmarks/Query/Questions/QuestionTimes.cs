using System.Diagnostics;

namespace FlowLake.Benchmarks.Query.Questions;

/// <summary>One question asked of the server and of the engine in this process, in turns.</summary>
/// <param name="Question">The question.</param>
/// <param name="Rows">Rows of its answer.</param>
/// <param name="Served">Milliseconds of the server, from the request to the answer's last byte.</param>
/// <param name="Plain">Milliseconds of the engine.</param>
/// <param name="Ratio">The server's time less what it may take besides, divided by the engine's, pair by pair.</param>
/// <param name="ServedProcessor">Milliseconds of processor time of the server, and of what it started, for one answer.</param>
/// <param name="PlainProcessor">The same of this process.</param>
internal sealed record QuestionTimes(Question Question, long Rows, Spread Served, Spread Plain, Spread Ratio, double ServedProcessor, double PlainProcessor)
{
    /// <summary>What a question may take more than by the engine alone.</summary>
    public const double RatioMost = 1.1;

    /// <summary>Milliseconds it may take besides: the request, the check of the statement, the choice of files, the text of the answer.</summary>
    public const double BesidesMs = 5;

    /// <summary>Whether wall time holds: the ratio's interval of 95 % begins within the bound.</summary>
    public bool WallHolds => Ratio.Low <= RatioMost;

    public bool ProcessorHolds => ServedProcessor <= (RatioMost * PlainProcessor) + BesidesMs;

    /// <summary>Asks so many pairs. Both have to be warm.</summary>
    public static QuestionTimes Measure(QueryProcess server, PlainEngine engine, Question question, IReadOnlyDictionary<string, string> values, int pairs)
    {
        var body = question.Body(values);
        var rows = engine.Fetch(question, values);
        var (served, plain) = (new List<double>(), new List<double>());
        var (servedProcessor, plainProcessor) = (TimeSpan.Zero, TimeSpan.Zero);
        for (var pair = 0; pair < pairs; pair++)
        {
            if (pair % 2 == 0)
                AskServer();
            var before = Environment.CpuUsage.TotalTime;
            plain.Add(Milliseconds(() => engine.Fetch(question, values)));
            plainProcessor += Environment.CpuUsage.TotalTime - before;
            if (pair % 2 == 1)
                AskServer();
        }

        return new QuestionTimes(
            question, rows, Spread.Of(served), Spread.Of(plain), Spread.Of(served.Zip(plain, (ours, theirs) => (ours - BesidesMs) / theirs)),
            servedProcessor.TotalMilliseconds / pairs, plainProcessor.TotalMilliseconds / pairs);

        void AskServer()
        {
            var before = server.Tree.ProcessorTime;
            served.Add(Milliseconds(() => server.Answer(question.Name, body)));
            servedProcessor += server.Tree.ProcessorTime - before;
        }
    }

    private static double Milliseconds(Action deed)
    {
        var begin = Stopwatch.GetTimestamp();
        deed();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }
}
