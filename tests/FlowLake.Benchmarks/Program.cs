using FlowLake.Benchmarks;
using FlowLake.Benchmarks.Agent;
using FlowLake.Benchmarks.Ingest;
using FlowLake.Benchmarks.Query;
using FlowLake.Benchmarks.Query.Load;
using FlowLake.Benchmarks.Query.Questions;

// One folder an area; each of its parts measures bars against a baseline of the same run.
Dictionary<string, IReadOnlyDictionary<string, Func<bool, IReadOnlyList<Bar>>>> areas = new(StringComparer.Ordinal)
{
    ["agent"] = AgentBars.Parts,
    ["ingest"] = new Dictionary<string, Func<bool, IReadOnlyList<Bar>>>(StringComparer.Ordinal)
    {
        ["inbox"] = IngestBars.Measure,
        ["processes"] = ProcessBars.Measure,
        ["table"] = _ => TableBars.Measure(),
        ["rest"] = RestBars.Measure,
    },
    ["query"] = new Dictionary<string, Func<bool, IReadOnlyList<Bar>>>(StringComparer.Ordinal)
    {
        ["bind"] = _ => BindBars.Measure(),
        ["replica"] = _ => ReplicaBars.Measure(),
        ["questions"] = QuestionBars.Measure,
        ["json"] = JsonBars.Measure,
        ["clients"] = ClientBars.Measure,
        ["mixed"] = MixedBars.Measure,
    },
};

var run = BenchmarkRun.Parse(args);
if (run.Area is { } asked && !areas.ContainsKey(asked))
{
    await Console.Error.WriteLineAsync($"usage: FlowLake.Benchmarks [{string.Join('|', areas.Keys)} [PART...]] [--quick]; without a name, all of them. Only a whole run is kept in docs/benchmarks.");
    return 2;
}

bool held = true;
foreach (string area in run.Area is { } only ? [only] : areas.Keys.ToArray())
{
    Console.WriteLine($"measuring {area} on {Machine.Describe()}");
    var bars = new List<Bar>();
    try
    {
        foreach (var measure in run.Choose(areas[area]))
        {
            foreach (var bar in measure(run.Quick))
            {
                Console.WriteLine(bar);
                bars.Add(bar);
            }
        }
    }
    catch (UsageException exception)
    {
        await Console.Error.WriteLineAsync(exception.Message);
        return 2;
    }

    if (run.IsWhole)
        BarTable.Write(area, bars);
    held &= bars.All(bar => bar.Held);
}

return held ? 0 : 1;
