using System.Globalization;

namespace FlowLake.Demo.Machine;

/// <summary>The file in which a demo notes every process it starts, for the next demo to end what a killed one left running.</summary>
public sealed class ProcessRecord(string path)
{
    private readonly Lock gate = new();

    /// <summary>Notes a process; nothing where it is gone already.</summary>
    public void Add(int processId)
    {
        if (ProcessIdentity.Of(processId) is not { } process)
            return;
        lock (gate)
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.AppendAllText(path, string.Create(CultureInfo.InvariantCulture, $"{process.Id} {process.StartTicks}\n"));
        }
    }

    /// <summary>The noted processes that still run. A line cut short by a kill is passed over.</summary>
    public IReadOnlyList<ProcessIdentity> Alive() => !File.Exists(path) ? [] :
    [
        .. File.ReadLines(path)
            .Select(line => line.Split(' '))
            .Where(fields => fields.Length == 2)
            .Select(fields => int.TryParse(fields[0], CultureInfo.InvariantCulture, out int id) && long.TryParse(fields[1], CultureInfo.InvariantCulture, out long start)
                ? new ProcessIdentity(id, start)
                : default)
            .Where(process => process.Id > 0 && process.IsAlive),
    ];

    /// <summary>Ends them all, at once.</summary>
    /// <returns>How many there were.</returns>
    public int Kill()
    {
        var alive = Alive();
        foreach (var process in alive)
            LibC.Signal(process.Id, LibC.SigKill);
        return alive.Count;
    }
}
