using System.Text.Json;
using FlowLake.Demo.Pod.Documents;

namespace FlowLake.Demo.Pod.Counts;

/// <summary>The file a pod leaves its counts in: there whole, or not there.</summary>
public static class CountsFile
{
    public static async Task WriteAsync(string path, CountsDocument counts)
    {
        string staged = path + ".part";
        await File.WriteAllBytesAsync(staged, JsonSerializer.SerializeToUtf8Bytes(counts, PodJson.Default.CountsDocument));
        File.Move(staged, path, overwrite: true);
    }

    /// <summary>The counts of a pod, or null where it left none.</summary>
    public static CountsDocument? Read(string path) =>
        File.Exists(path) ? JsonSerializer.Deserialize(File.ReadAllBytes(path), PodJson.Default.CountsDocument) : null;
}
