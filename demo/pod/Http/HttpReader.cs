using System.Text;
using FlowLake.Demo.Pod.Counts;

namespace FlowLake.Demo.Pod.Http;

/// <summary>Reads heads and bodies off a connection.</summary>
internal sealed class HttpReader(CountedConnection connection)
{
    /// <summary>A longer head is refused.</summary>
    public const int HeadBytesMax = 8 * 1_024;

    private readonly byte[] buffer = new byte[HeadBytesMax];
    private int filled;

    /// <summary>Room to read the rest of a connection into, once nothing more is parsed.</summary>
    public Memory<byte> Scratch => buffer;

    /// <returns>The next head, or null where the peer ended between two messages.</returns>
    /// <exception cref="InvalidDataException">The head is longer than <see cref="HeadBytesMax"/>, or ends in the middle.</exception>
    public async ValueTask<HttpHead?> ReadHeadAsync()
    {
        while (true)
        {
            int end = buffer.AsSpan(0, filled).IndexOf("\r\n\r\n"u8);
            if (end >= 0)
            {
                var head = new HttpHead(Encoding.ASCII.GetString(buffer, 0, end));
                Consume(end + 4);
                return head;
            }

            if (filled == buffer.Length)
                throw new InvalidDataException($"a head of more than {HeadBytesMax} bytes");
            int count = await connection.ReceiveAsync(buffer.AsMemory(filled));
            if (count == 0)
                return filled == 0 ? null : throw new InvalidDataException("the connection ended inside a head");
            filled += count;
        }
    }

    /// <summary>Reads a body and forgets it.</summary>
    public async ValueTask SkipAsync(int length)
    {
        while (length > 0)
        {
            if (filled == 0)
            {
                filled = await connection.ReceiveAsync(buffer);
                if (filled == 0)
                    throw new InvalidDataException("the connection ended inside a body");
            }

            int taken = Math.Min(length, filled);
            Consume(taken);
            length -= taken;
        }
    }

    private void Consume(int count)
    {
        buffer.AsSpan(count, filled - count).CopyTo(buffer);
        filled -= count;
    }
}
