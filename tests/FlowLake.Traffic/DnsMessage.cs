using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace FlowLake.Traffic;

/// <summary>As much of DNS (RFC 1035) as a query with one question and its answer without records take.</summary>
internal static class DnsMessage
{
    internal const int HeaderBytes = 12;
    private const byte Answer = 0x80;
    private const byte RecursionDesired = 0x01;

    /// <summary>What the first label of a name asks the server to do.</summary>
    internal const string Mute = "mute";
    private const string Code = "code";

    internal static byte[] Query(ushort id, string name, ushort type)
    {
        var message = new byte[HeaderBytes];
        BinaryPrimitives.WriteUInt16BigEndian(message, id);
        message[2] = RecursionDesired;
        message[5] = 1;
        var question = new List<byte>();
        foreach (var label in name.Split('.'))
        {
            question.Add((byte)label.Length);
            question.AddRange(Encoding.ASCII.GetBytes(label));
        }

        question.AddRange([0, (byte)(type >> 8), (byte)(type & 0xff), 0, 1]);
        return [.. message, .. question];
    }

    /// <summary>The answer to a query: NOERROR, or the response code of a name such as <c>code3.test</c>. Null for <c>mute.test</c>.</summary>
    internal static byte[]? AnswerTo(ReadOnlySpan<byte> query)
    {
        var label = Encoding.ASCII.GetString(query.Slice(HeaderBytes + 1, query[HeaderBytes]));
        if (label.StartsWith(Mute, StringComparison.Ordinal))
            return null;
        var answer = query.ToArray();
        answer[2] |= Answer;
        answer[3] = label.StartsWith(Code, StringComparison.Ordinal) ? byte.Parse(label.AsSpan(Code.Length), CultureInfo.InvariantCulture) : (byte)0;
        return answer;
    }
}
