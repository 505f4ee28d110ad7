using System.Globalization;
using System.Text.Json;
using FlowLake.Schemas.Cluster;

namespace FlowLake.Agent.Directory;

/// <summary>Reads the file of networks outside of the cluster.</summary>
internal static class CidrTable
{
    private const string WayOut = "write it like {\"networks\": [{\"cidr\": \"10.0.0.0/24\", \"zone\": \"eu-west-1a\", \"zoneId\": \"euw1-az1\", \"name\": \"databases\"}]}, where only cidr is needed";

    /// <exception cref="InvalidDataException">It cannot be read, or is no such table; the message names the file, every line, and what to write there.</exception>
    public static IReadOnlyList<KeyValuePair<AddressRange, NetworkEntry>> Read(string path)
    {
        try
        {
            var json = File.ReadAllBytes(path);
            var document = ClusterDocument.Parse(json);
            var faults = new List<string>();
            if (document.Nodes.Length + document.Pods.Length + document.Services.Length + document.Namespaces.Length > 0)
                faults.Add("it has nodes, namespaces, pods or services; a table of networks has networks alone");
            var lines = LinesOf(json);
            var networks = DirectoryState.NetworksOf(document, faults, index => $"line {lines[index]}");
            return faults.Count == 0 ? networks : throw new InvalidDataException($"{path}: {string.Join("; ", faults)}");
        }
        catch (JsonException exception)
        {
            var (line, why) = ((exception.LineNumber ?? 0) + 1, exception.Message.Split(" Path: ")[0].Split(" LineNumber: ")[0].TrimEnd('.'));
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{path}: line {line}: {why}; {WayOut}"), exception);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            throw new InvalidDataException($"{path}: {exception.Message} Give a file that is there and may be read.", exception);
        }
    }

    /// <summary>The line of each network of a table that was read, from 1 on: where its range stands, or it begins.</summary>
    private static List<int> LinesOf(ReadOnlySpan<byte> json)
    {
        var lines = new List<int>();
        var reader = new Utf8JsonReader(json);
        var (line, counted) = (1, 0);
        while (reader.Read())
        {
            var at = (int)reader.TokenStartIndex;
            line += json[counted..at].Count((byte)'\n');
            counted = at;
            // What came before the networks is no network, and of a member written twice the last counts.
            if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 1 && reader.ValueTextEquals("networks"u8))
                lines.Clear();
            else if (reader.TokenType == JsonTokenType.StartObject && reader.CurrentDepth == 2)
                lines.Add(line);
            else if (reader.TokenType == JsonTokenType.PropertyName && reader.CurrentDepth == 3 && reader.ValueTextEquals("cidr"u8))
                lines[^1] = line;
        }

        return lines;
    }
}
