using FlowLake.Benchmarks;
using FlowLake.Benchmarks.Ingest;

// One folder an area; each measures its bars against a baseline of the same run.
Dictionary<string, Func<IReadOnlyList<Bar>>> areas = new(StringComparer.Ordinal)
{
    ["ingest"] = IngestBars.Measure,
};

if (args.Length > 1 || (args.Length == 1 && !areas.ContainsKey(args[0])))
{
    await Console.Error.WriteLineAsync($"usage: FlowLake.Benchmarks [{string.Join('|', areas.Keys)}]; without a name, all of them");
    return 2;
}

bool held = true;
foreach (string area in args.Length == 1 ? args : [.. areas.Keys])
{
    Console.WriteLine($"measuring {area} on {Machine.Describe()}");
    var bars = areas[area]();
    foreach (var bar in bars)
        Console.WriteLine(bar);
    BarTable.Write(area, bars);
    held &= bars.All(bar => bar.Held);
}

return held ? 0 : 1;
