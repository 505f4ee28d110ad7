namespace FlowLake.Demo;

/// <summary>The folder of a demo: what of it remains is there to be looked at.</summary>
/// <param name="Root">Absolute path.</param>
public sealed record DemoFolder(string Root)
{
    public string Lake => Path.Combine(Root, "lake");

    public string Spool => Path.Combine(Root, "spool");

    /// <summary>Where ingest and the query API keep files for the time they run.</summary>
    public string Work => Path.Combine(Root, "work");

    /// <summary>Where processes are noted when there is no /run to note them in.</summary>
    public string Processes => Path.Combine(Root, "processes");

    public string Logs => Path.Combine(Root, "logs");

    public string Cluster => Path.Combine(Root, "cluster.json");

    public string LogOf(string name) => Path.Combine(Logs, $"{name}.log");

    /// <summary>Begins anew: the lake, the spools, the work and the logs of an earlier demo go, and nothing else that may be in the folder.</summary>
    public void Reset()
    {
        foreach (string folder in new[] { Lake, Spool, Work, Logs })
        {
            if (Directory.Exists(folder))
                Directory.Delete(folder, recursive: true);
            Directory.CreateDirectory(folder);
        }
    }
}
