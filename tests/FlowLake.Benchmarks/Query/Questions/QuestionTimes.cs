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
/// <param name="IsEqual">Whether both answers were the same.</param>
internal sealed record QuestionTimes(Question Question, long Rows, Spread Served, Spread Plain, Spread Ratio, double ServedProcessor, double PlainProcessor, bool IsEqual)
{
    /// <summary>What a question may take more than by the engine alone.</summary>
    public const double RatioMost = 1.1;

    /// <summary>Milliseconds it may take besides: the request, the check of the statement, the choice of files, the text of the answer.</summary>
    public const double BesidesMs = 5;

    /// <summary>Whether wall time holds: the ratio's interval of 95 % begins within the bound.</summary>
    public bool WallHolds => Ratio.Low <= RatioMost;

    public bool ProcessorHolds => ServedProcessor <= (RatioMost * PlainProcessor) + BesidesMs;

    /// <summary>Asks so many pairs, after two that make both warm and whose answers are compared.</summary>
    public static QuestionTimes Measure(QueryProcess server, PlainEngine engine, Question question, IReadOnlyDictionary<string, string> values, int pairs)
    {
        var body = question.Body(values);
        var rows = 0L;
        var isEqual = true;
        for (var warm = 0; warm < 2; warm++)
        {
            rows = engine.Fetch(question, values);
            isEqual &= QueryProcess.Rows(Ask()) == engine.Rows(question, values);
        }

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
            servedProcessor.TotalMilliseconds / pairs, plainProcessor.TotalMilliseconds / pairs, isEqual);

        void AskServer()
        {
            var before = server.Tree.ProcessorTime;
            served.Add(Milliseconds(() => Ask()));
            servedProcessor += server.Tree.ProcessorTime - before;
        }

        byte[] Ask()
        {
            var (status, answer) = server.AskAsync(body).GetAwaiter().GetResult();
            return status == System.Net.HttpStatusCode.OK ? answer : throw new InvalidOperationException($"{question.Name}: {status}: {System.Text.Encoding.UTF8.GetString(answer)}");
        }
    }

    private static double Milliseconds(Action deed)
    {
        var begin = Stopwatch.GetTimestamp();
        deed();
        return Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
    }
}
