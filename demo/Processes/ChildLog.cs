namespace FlowLake.Demo.Processes;

/// <summary>The file a child's output goes to.</summary>
public sealed class ChildLog(string path)
{
    /// <summary>A log that grew longer is begun anew: a demo may run for days.</summary>
    public const long BytesMax = 8 * 1_024 * 1_024;

    private const int LastWordsMax = 20;

    /// <summary>Begins anew where the log is too long. The child goes on writing at the end, for it opened the file to append.</summary>
    public void Trim()
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(path)!);
        if (File.Exists(path) && new FileInfo(path).Length > BytesMax)
            File.WriteAllText(path, "earlier lines were dropped: the log had become too long\n");
    }

    /// <summary>The last lines, oldest first.</summary>
    public IReadOnlyList<string> LastLines(int count) => File.Exists(path) ? [.. ReadLines().TakeLast(count)] : [];

    /// <summary>The end of the log and where to read the rest, to put behind the name of a child that failed.</summary>
    public string LastWords() => $"its last lines, from {path}:\n{string.Join('\n', LastLines(LastWordsMax))}";

    /// <summary>True where a line begins with the text.</summary>
    public bool HasLine(string beginning) => File.Exists(path) && ReadLines().Any(line => line.StartsWith(beginning, StringComparison.Ordinal));

    private IEnumerable<string> ReadLines()
    {
        using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
        using var reader = new StreamReader(stream);
        while (reader.ReadLine() is { } line)
            yield return line;
    }
}
