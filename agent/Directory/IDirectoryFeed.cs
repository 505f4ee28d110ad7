namespace FlowLake.Agent.Directory;

/// <summary>What knows the cluster and applies it to a <see cref="PodDirectory"/>.</summary>
public interface IDirectoryFeed
{
    /// <summary>Where it knows it from, for a person: a file or a server.</summary>
    string Place { get; }

    /// <summary>What is wrong with it, for a person; null while all is well.</summary>
    string? Fault { get; }

    /// <summary>Applies what has changed since the last look. Cheap when nothing has.</summary>
    DirectoryOutcome Poll();
}
