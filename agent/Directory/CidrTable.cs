using System.Text.Json;
using FlowLake.Schemas.Cluster;

namespace FlowLake.Agent.Directory;

/// <summary>Reads the file of networks outside of the cluster.</summary>
internal static class CidrTable
{
    /// <exception cref="InvalidDataException">It cannot be read, or is no such table; the message names the file and every place.</exception>
    public static IReadOnlyList<KeyValuePair<AddressRange, NetworkEntry>> Read(string path)
    {
        try
        {
            var document = ClusterDocument.Parse(File.ReadAllBytes(path));
            var faults = new List<string>();
            if (document.Nodes.Length + document.Pods.Length + document.Services.Length > 0)
                faults.Add("it has nodes, pods or services; a table of networks has networks alone");
            var networks = DirectoryState.NetworksOf(document, faults);
            return faults.Count == 0 ? networks : throw new InvalidDataException($"{path}: {string.Join("; ", faults)}");
        }
        catch (Exception exception) when (exception is JsonException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: {exception.Message}", exception);
        }
    }
}
