using System.Buffers;
using System.Buffers.Binary;

namespace FlowLake.Lake.Parquet.Packing;

/// <summary>Numbers as Thrift and Parquet write them.</summary>
internal static class ByteWriter
{
    private const int VarintBytesMax = 10;

    /// <summary>Seven bits a byte, low ones first.</summary>
    public static void Varint(this ArrayBufferWriter<byte> bytes, ulong value)
    {
        var span = bytes.GetSpan(VarintBytesMax);
        var count = 0;
        for (; value >= 0x80; value >>= 7)
            span[count++] = (byte)((value & 0x7f) | 0x80);
        span[count++] = (byte)value;
        bytes.Advance(count);
    }

    /// <summary>Small numbers of either sign in few bytes.</summary>
    public static void Zigzag(this ArrayBufferWriter<byte> bytes, long value) => bytes.Varint(unchecked((ulong)((value << 1) ^ (value >> 63))));

    public static void Byte(this ArrayBufferWriter<byte> bytes, byte value)
    {
        bytes.GetSpan(1)[0] = value;
        bytes.Advance(1);
    }

    public static void Int32(this ArrayBufferWriter<byte> bytes, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(bytes.GetSpan(sizeof(int)), value);
        bytes.Advance(sizeof(int));
    }

    public static void Int64(this ArrayBufferWriter<byte> bytes, long value)
    {
        BinaryPrimitives.WriteInt64LittleEndian(bytes.GetSpan(sizeof(long)), value);
        bytes.Advance(sizeof(long));
    }
}
