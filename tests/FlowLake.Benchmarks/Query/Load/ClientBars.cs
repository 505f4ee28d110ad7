using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Net;

namespace FlowLake.Benchmarks.Query.Load;

/// <summary>Many clients at once, each of whom asks every question, in an order of its own.</summary>
internal static class ClientBars
{
    private const int Clients = 32;

    /// <summary>
    /// What the server may have resident, its workers included, of which there is one a core: 256 MiB for itself, its lists of files and answers on their way; and for each worker the engine's memory
    /// of 1 GiB with half as much again for what allocators hold beside it. The kernel refuses a worker more than 2 GiB.
    /// </summary>
    public static readonly long ResidentBytesMost = (256L << 20) + (Environment.ProcessorCount * QueryProcess.EngineBytes * 3 / 2);

    public static IReadOnlyList<Bar> Measure(bool quick) => [.. BenchmarkLake.Open(quick).SelectMany(lake => MeasureAsync(lake).GetAwaiter().GetResult())];

    private static async Task<IReadOnlyList<Bar>> MeasureAsync(BenchmarkLake lake)
    {
        var questions = AskedQuestion.All(lake);
        using var server = QueryProcess.Start(lake.Folder);
        var alone = new List<double>();
        foreach (var question in questions)
            alone.Add(await TimedAsync(server, question) ?? throw new InvalidOperationException($"{question.Name} is wrong without others"));
        var times = new ConcurrentQueue<double>();
        var wrong = 0;
        var resident = new Resident(server.Tree);
        var begin = Stopwatch.GetTimestamp();
        await Task.WhenAll(Enumerable.Range(0, Clients).Select(async client =>
        {
            var order = questions.ToArray();
            new Random(client).Shuffle(order);
            foreach (var question in order)
            {
                if (await TimedAsync(server, question) is { } time)
                    times.Enqueue(time);
                else
                    Interlocked.Increment(ref wrong);
            }
        }));
        var seconds = Stopwatch.GetElapsedTime(begin).TotalSeconds;
        await resident.DisposeAsync();
        double[] sorted = [.. times.Order()];
        return
        [
            new Bar(
                Text($"{Clients} clients at once, each asks all {questions.Count} questions, {lake.Rows:N0} rows"), "no error, every answer right", Text($"one client: p50 {Spread.Of(alone).Median:N0} ms, longest {alone.Max():N0} ms"),
                sorted.Length == 0 ? "no answer" : Text($"{sorted.Length / seconds:N1} answers/s; p50 {At(sorted, 0.5):N0} ms, p99 {At(sorted, 0.99):N0} ms, {At(sorted, 0.99) / At(sorted, 0.5):N1} times as long; {wrong} wrong or refused"), wrong == 0 && !server.HasEnded),
            new Bar(
                Text($"memory of the server meanwhile, {lake.Rows:N0} rows"), Text($"resident under {ResidentBytesMost >> 20:N0} MiB"), Text($"the engine's limit in each of {Environment.ProcessorCount} workers, {QueryProcess.EngineBytes >> 20:N0} MiB"),
                Text($"resident at most {resident.Most >> 20:N0} MiB"), resident.Most < ResidentBytesMost),
        ];
    }

    // Milliseconds to the whole answer; null where it is not the right one.
    private static async Task<double?> TimedAsync(QueryProcess server, AskedQuestion question)
    {
        var begin = Stopwatch.GetTimestamp();
        var (status, body) = await server.AskAsync(question.Body);
        var time = Stopwatch.GetElapsedTime(begin).TotalMilliseconds;
        return status == HttpStatusCode.OK && QueryProcess.Rows(body) == question.Rows ? time : null;
    }

    private static double At(double[] sorted, double share) => sorted[(int)Math.Min(sorted.Length - 1, share * sorted.Length)];

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
