using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net;

namespace FlowLake.Agent.Health;

/// <summary>An address and a port as people write them.</summary>
internal static class ListenAddress
{
    /// <summary>Reads 127.0.0.1:9464 or [fd00::5]:9464; an IPv4 address may stand in brackets too, so that one manifest serves both families.</summary>
    public static bool TryParse(string text, [NotNullWhen(true)] out IPEndPoint? endpoint)
    {
        endpoint = null;
        var colon = text.LastIndexOf(':');
        if (colon < 1)
            return false;
        var host = text.AsSpan(0, colon);
        if (host[0] == '[' && host[^1] == ']')
            host = host[1..^1];
        else if (host.Contains(':'))
            return false;
        if (!IPAddress.TryParse(host, out var address) || !ushort.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var port))
            return false;
        endpoint = new IPEndPoint(address, port);
        return true;
    }
}
