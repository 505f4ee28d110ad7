using System.Globalization;
using System.Text;

namespace FlowLake.Benchmarks.Query.Questions;

/// <summary>The questions users ask, through the server and by the engine alone.</summary>
internal static class QuestionBars
{
    private const int Pairs = 15;
    private const int QuickPairs = 5;

    // The runtime compiles what is called thirty times anew, in the server and in each of its workers.
    private const int WarmRounds = 3;
    private const double SumsMsMost = 100;

    // What the bound is asked for.
    private const long RowsOfBound = 100_000_000;

    public static IReadOnlyList<Bar> Measure(bool quick) => [.. BenchmarkLake.Open(quick).SelectMany(lake => Measure(lake, quick ? QuickPairs : Pairs))];

    private static IReadOnlyList<Bar> Measure(BenchmarkLake lake, int pairs)
    {
        var files = lake.Files();
        using var engine = new PlainEngine(files, fromRollups: true, QueryProcess.EngineBytes);
        using var rawEngine = new PlainEngine(files, fromRollups: false, QueryProcess.EngineBytes);
        using var server = QueryProcess.Start(lake.Folder);
        var values = BenchmarkLake.Values(engine);
        var questions = Question.All();
        var equal = questions.ToDictionary(question => question.Name, _ => true);
        for (var round = 0; round < WarmRounds; round++)
        {
            foreach (var question in questions)
                equal[question.Name] &= QueryProcess.Rows(server.Answer(question.Name, question.Body(values))) == engine.Rows(question, values);
        }

        // The sums by the hour are also held against the rows they are sums of.
        foreach (var question in questions.Where(question => question.IsOfSums))
            equal[question.Name] &= engine.Rows(question, values) == rawEngine.Rows(question, values);
        var all = new List<QuestionTimes>();
        foreach (var question in questions)
        {
            var times = QuestionTimes.Measure(server, engine, question, values, pairs);
            all.Add(times);
            Console.WriteLine("  " + Line(times, " "));
        }

        return [Equality(lake.Rows, all, [.. equal.Where(question => !question.Value).Select(question => question.Key)]), .. Times(lake.Rows, pairs, all)];
    }

    private static Bar Equality(long rows, List<QuestionTimes> all, string[] different) => new(
        Text($"{all.Count} questions users ask, {rows:N0} rows: answers"), "each equal to the baseline's, and none empty", "libduckdb in process, plain views; sums by the hour also by all rows",
        different.Length == 0 ? Text($"all equal, {all.Min(times => times.Rows)} to {all.Max(times => times.Rows):N0} rows") : $"DIFFERENT: {string.Join(", ", different)}",
        different.Length == 0 && all.TrueForAll(times => times.Rows > 0));

    private static IReadOnlyList<Bar> Times(long rows, int pairs, List<QuestionTimes> all)
    {
        var sums = all.Where(times => times.Question.IsOfSums).ToArray();
        var slowest = sums.MaxBy(times => times.Served.Median)!;
        return
        [
            new Bar(
                Text($"wall time of these, {rows:N0} rows"), Text($"each at most {QuestionTimes.RatioMost} times the baseline and {QuestionTimes.BesidesMs:0} ms, by the lower end of the median's 95 % interval"),
                Text($"libduckdb in process, results fetched as columns; {pairs} interleaved pairs each"), Counted(all, times => times.WallHolds), all.TrueForAll(times => times.WallHolds))
            {
                Details = Details(rows, all),
            },
            new Bar(
                Text($"processor time of these, {rows:N0} rows"), Text($"each at most {QuestionTimes.RatioMost} times the baseline and {QuestionTimes.BesidesMs:0} ms"),
                "that process", Counted(all, times => times.ProcessorHolds), all.TrueForAll(times => times.ProcessorHolds)),
            new Bar(
                Text($"{sums.Length} of these on zone_traffic and pair_traffic, {rows:N0} rows"), Text($"under {SumsMsMost:0} ms{(rows == RowsOfBound ? "" : Text($" at {RowsOfBound:N0} rows"))}"), "-",
                Text($"slowest {slowest.Question.Name}, {slowest.Served.Median:0.0} ms"), slowest.Served.Median < SumsMsMost),
        ];
    }

    private static string Counted(List<QuestionTimes> all, Func<QuestionTimes, bool> holds)
    {
        var missed = all.Where(times => !holds(times)).Select(times => times.Question.Name).ToArray();
        return missed.Length == 0 ? $"all {all.Count}" : $"{all.Count - missed.Length} of {all.Count}; not {string.Join(", ", missed)}";
    }

    private static string Details(long rows, List<QuestionTimes> all)
    {
        var page = new StringBuilder(Text($"The questions at {rows:N0} rows (`tests/FlowLake.Benchmarks/questions`), medians in milliseconds; the ratio is of the served time less {QuestionTimes.BesidesMs:0} ms:\n\n"))
            .Append("| question | rows | served | in process | ratio, 95 % interval | processor: served | in process |\n| --- | ---: | ---: | ---: | ---: | ---: | ---: |\n");
        foreach (var times in all)
            page.Append("| ").Append(Line(times, " | ")).Append(" |\n");
        return page.ToString();
    }

    private static string Line(QuestionTimes times, string between) => string.Join(between, (string[])
    [
        times.Question.Name, Text($"{times.Rows:N0}"), Text($"{times.Served.Median:0.0}"), Text($"{times.Plain.Median:0.0}"),
        Text($"{times.Ratio.Median:0.00} ({times.Ratio.Low:0.00} to {times.Ratio.High:0.00})"), Text($"{times.ServedProcessor:0}"), Text($"{times.PlainProcessor:0}"),
    ]);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
