using System.Text.Json;
using FlowLake.Schemas.Cluster;

namespace FlowLake.Agent.Directory;

/// <summary>Feeds a directory from a file that holds a <see cref="ClusterDocument"/>, again whenever time or length of the file changes.</summary>
/// <param name="path">The file.</param>
/// <param name="directory">The directory it feeds.</param>
/// <param name="timeProvider">The clock against which the file's time is held.</param>
public sealed class DirectoryFile(string path, PodDirectory directory, TimeProvider timeProvider) : IDirectoryFeed
{
    /// <summary>Largest file taken, in bytes: a cluster of tens of thousands of pods.</summary>
    public const int BytesMax = 64 << 20;

    private (DateTime Written, long Length)? seen;

    public string Place => path;

    /// <summary>What is wrong with the file, for a person; null while it is good.</summary>
    public string? Fault { get; private set; }

    /// <summary>Looks at the file and applies it if it has changed. Cheap when it has not.</summary>
    public DirectoryOutcome Poll()
    {
        try
        {
            var file = new FileInfo(path);
            if (!file.Exists)
                return Broken("there is no such file", null);
            var version = (file.LastWriteTimeUtc, file.Length);
            if (seen == version)
                return Fault is null ? DirectoryOutcome.Unchanged : DirectoryOutcome.Broken;
            if (file.Length > BytesMax)
                return Broken($"it has {file.Length} bytes; {BytesMax} are allowed", version);
            var state = DirectoryState.From(ClusterDocument.Parse(File.ReadAllBytes(path)));
            var now = timeProvider.GetUtcNow();
            var written = new DateTimeOffset(version.LastWriteTimeUtc);
            directory.Apply(state, written < now ? written : now);
            seen = version;
            Fault = null;
            return DirectoryOutcome.Loaded;
        }
        catch (Exception exception) when (exception is JsonException or FormatException or IOException or UnauthorizedAccessException)
        {
            // Not remembered as seen: a file caught while it was being written is read again at the next look.
            return Broken(exception.Message, null);
        }
    }

    private DirectoryOutcome Broken(string fault, (DateTime Written, long Length)? version)
    {
        Fault = $"{path}: {fault}. The state before it stays in use.";
        seen = version;
        return DirectoryOutcome.Broken;
    }
}
