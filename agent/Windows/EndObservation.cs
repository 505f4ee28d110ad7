namespace FlowLake.Agent.Windows;

/// <summary>Whether an agent counts what arrives at an end.</summary>
public enum EndObservation
{
    /// <summary>No agent does.</summary>
    None,

    /// <summary>One does: it writes the server's row.</summary>
    Observed,

    /// <summary>A Service some of whose endpoints are observed: nobody knows for this row.</summary>
    Mixed,
}
