using FlowLake.Benchmarks;
using FlowLake.Benchmarks.Agent;
using FlowLake.Benchmarks.Ingest;
using FlowLake.Benchmarks.Query;

Dictionary<string, Func<bool, IReadOnlyList<Bar>>> ingestParts = new(StringComparer.Ordinal)
{
    ["inbox"] = IngestBars.Measure,
    ["processes"] = ProcessBars.Measure,
    ["table"] = _ => TableBars.Measure(),
    ["rest"] = RestBars.Measure,
};

Dictionary<string, Func<IReadOnlyList<Bar>>> queryParts = new(StringComparer.Ordinal)
{
    ["bind"] = BindBars.Measure,
};

// One folder an area; each measures its bars against a baseline of the same run.
Dictionary<string, Func<BenchmarkRun, IReadOnlyList<Bar>>> areas = new(StringComparer.Ordinal)
{
    ["agent"] = AgentBars.Measure,
    ["ingest"] = chosen => [.. chosen.Choose(ingestParts).SelectMany(part => part(chosen.Quick))],
    ["query"] = chosen => [.. chosen.Choose(queryParts).SelectMany(part => part())],
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
    IReadOnlyList<Bar> bars;
    try
    {
        bars = areas[area](run);
    }
    catch (UnknownPartException exception)
    {
        await Console.Error.WriteLineAsync(exception.Message);
        return 2;
    }

    foreach (var bar in bars)
        Console.WriteLine(bar);
    if (run.IsWhole)
        BarTable.Write(area, bars);
    held &= bars.All(bar => bar.Held);
}

return held ? 0 : 1;
