namespace FlowLake.Agent.Directory;

/// <summary>What a look at the directory's source found. All three are expected.</summary>
public enum DirectoryOutcome
{
    /// <summary>It is as it was.</summary>
    Unchanged,

    /// <summary>It has changed, and the directory with it.</summary>
    Loaded,

    /// <summary>It is missing, or broken in part: the directory keeps its earlier state of that.</summary>
    Broken,
}
