using System.Globalization;

namespace FlowLake.Demo.Pod.Counts;

/// <summary>Datagrams the kernel dropped because a receive buffer was full, as it counts them for this network namespace.</summary>
public static class SocketDrops
{
    /// <summary>The sum over IPv4 and IPv6 since the namespace was made; 0 where the kernel does not say.</summary>
    public static long Read() =>
        FromTable("/proc/net/snmp", "Udp:", "RcvbufErrors") + FromList("/proc/net/snmp6", "Udp6RcvbufErrors");

    // /proc/net/snmp has a line of names and then a line of values, both led by the protocol.
    private static long FromTable(string path, string protocol, string name)
    {
        if (!File.Exists(path))
            return 0;
        var lines = File.ReadLines(path)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .Where(fields => fields.Length > 0 && fields[0] == protocol)
            .ToArray();
        int column = lines.Length == 2 ? Array.IndexOf(lines[0], name) : -1;
        return column < 0 ? 0 : long.Parse(lines[1][column], CultureInfo.InvariantCulture);
    }

    private static long FromList(string path, string name)
    {
        if (!File.Exists(path))
            return 0;
        string[]? fields = File.ReadLines(path)
            .Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            .FirstOrDefault(fields => fields.Length == 2 && fields[0] == name);
        return fields is null ? 0 : long.Parse(fields[1], CultureInfo.InvariantCulture);
    }
}
