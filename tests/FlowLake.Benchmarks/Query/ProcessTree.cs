using System.Globalization;

namespace FlowLake.Benchmarks.Query;

/// <summary>What a process and all it started take together, as the kernel counts it.</summary>
/// <param name="root">The process.</param>
internal sealed class ProcessTree(int root)
{
    // USER_HZ, by which /proc counts on every machine.
    private static readonly TimeSpan tick = TimeSpan.FromMilliseconds(10);

    /// <summary>Processor time so far, that of processes already ended and waited for included; to the tick of 10 ms.</summary>
    public TimeSpan ProcessorTime => Members().Aggregate(TimeSpan.Zero, (sum, member) => sum + (member.Ticks * tick));

    /// <summary>Bytes resident now; pages that several of them share count for each.</summary>
    public long Resident => Members().Sum(member => Kilobytes(member.Id, "VmRSS:") << 10);

    private List<(int Id, long Ticks)> Members()
    {
        var all = Directory.EnumerateDirectories("/proc").Select(Path.GetFileName).Where(name => char.IsAsciiDigit(name![0])).Select(name => Read(int.Parse(name!, CultureInfo.InvariantCulture))).OfType<(int Id, int Parent, long Ticks)>().ToArray();
        var members = all.Where(process => process.Id == root).ToList();
        for (var next = 0; next < members.Count; next++)
            members.AddRange(all.Where(process => process.Parent == members[next].Id));
        return [.. members.Select(member => (member.Id, member.Ticks))];
    }

    // Fields behind the name, which may hold anything, in parentheses: state, parent, ...; 12 to 15 are the ticks of the process and of its ended children.
    private static (int Id, int Parent, long Ticks)? Read(int id)
    {
        try
        {
            var text = File.ReadAllText($"/proc/{id}/stat");
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return (id, int.Parse(fields[1], CultureInfo.InvariantCulture), fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
        }
        catch (IOException)
        {
            // It has just ended.
            return null;
        }
    }

    private static long Kilobytes(int id, string name)
    {
        try
        {
            var line = File.ReadLines($"/proc/{id}/status").FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal));
            return line is null ? 0 : long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        }
        catch (IOException)
        {
            return 0;
        }
    }
}
