using System.Globalization;

namespace FlowLake.Schemas.DeltaLog;

/// <summary>Names of objects in a Delta table, and the encoding between an object's key and a path in the log.</summary>
public static class DeltaPath
{
    /// <summary>The log's folder below the table's.</summary>
    public const string LogFolder = "_delta_log/";

    /// <summary>The folder name Hive gives the null partition.</summary>
    public const string NullPartition = "__HIVE_DEFAULT_PARTITION__";

    /// <summary>Name of a commit file below the log's folder: the version with 20 digits.</summary>
    public static string CommitFile(long version) => $"{version:D20}.json";

    /// <summary>The version a file name of the log's folder commits. False for every other file.</summary>
    public static bool TryParseCommitFile(ReadOnlySpan<char> name, out long version)
    {
        version = -1;
        return name.Length == 25 && name.EndsWith(".json", StringComparison.Ordinal) && long.TryParse(name[..20], NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    /// <summary>Name of the checkpoint of a version below the log's folder. FlowLake writes every checkpoint as one file.</summary>
    public static string CheckpointFile(long version) => $"{version:D20}.checkpoint.parquet";

    /// <summary>The version a file name of the log's folder is a whole checkpoint of. False for every other file, also for a part of one.</summary>
    public static bool TryParseCheckpointFile(ReadOnlySpan<char> name, out long version)
    {
        version = -1;
        return name.Length == 39 && name.EndsWith(".checkpoint.parquet", StringComparison.Ordinal) && long.TryParse(name[..20], NumberStyles.None, CultureInfo.InvariantCulture, out version);
    }

    /// <summary>The path an object has in the log: every character a URI does not carry as itself is percent-encoded, the percent sign too.</summary>
    public static string Encode(string relativeKey) => string.Join('/', relativeKey.Split('/').Select(EncodeSegment));

    /// <summary>The object's key relative to the table, from a path in the log.</summary>
    public static string Decode(string path) => Uri.UnescapeDataString(path);

    /// <summary>The folder of a partition value as an object key has it: <c>zone=eu%20west</c>.</summary>
    public static string PartitionFolder(string column, string? value) => $"{column}={(value is null ? NullPartition : Uri.EscapeDataString(value))}";

    // "=" stays as it is: it stands between a partition's name and value, and every reader expects it plain.
    private static string EncodeSegment(string segment) => Uri.EscapeDataString(segment).Replace("%3D", "=", StringComparison.Ordinal);
}
