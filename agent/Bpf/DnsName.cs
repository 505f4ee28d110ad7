using System.Globalization;
using System.Text;

namespace FlowLake.Agent.Bpf;

/// <summary>A name's text from its form on the wire (RFC 1035, 3.1), in the master files' notation (5.1): dots between labels and none at the end, odd bytes as <c>\DDD</c>.</summary>
public static class DnsName
{
    /// <summary>What a name ends in that was too long for the kernel's key.</summary>
    public const char CutMark = '…';

    /// <summary>The text; the root is a dot.</summary>
    /// <param name="wire">Labels, each behind its length, and a zero at the end. Without that zero the name was cut.</param>
    public static string Text(ReadOnlySpan<byte> wire)
    {
        var text = new StringBuilder();
        while (wire.Length > 0 && wire[0] != 0)
        {
            if (text.Length > 0)
                text.Append('.');
            var length = Math.Min(wire[0], wire.Length - 1);
            foreach (var character in wire.Slice(1, length))
                Append(text, character);
            wire = wire[(1 + length)..];
        }

        if (wire.Length == 0)
            return text.Append(CutMark).ToString();
        return text.Length == 0 ? "." : text.ToString();
    }

    private static void Append(StringBuilder text, byte character)
    {
        if (character is (byte)'.' or (byte)'\\')
            text.Append('\\').Append((char)character);
        else if (character is > 0x20 and < 0x7f)
            text.Append((char)character);
        else
            text.Append('\\').Append(character.ToString("D3", CultureInfo.InvariantCulture));
    }
}
