using System.Buffers.Binary;

namespace FlowLake.Lake.Parquet.Packing;

/// <summary>Reads structs of Thrift's compact protocol, in which Parquet's footers are written. Maps and sets, which Parquet has none of, are refused.</summary>
internal ref struct ThriftReader(ReadOnlySpan<byte> bytes)
{
    private const int DepthMax = 32;
    private const int FewElements = 15;

    private ReadOnlySpan<byte> rest = bytes;

    /// <exception cref="InvalidDataException">The bytes are no struct.</exception>
    public static ThriftStruct Struct(ReadOnlySpan<byte> bytes) => new ThriftReader(bytes).ReadStruct(0);

    private ThriftStruct ReadStruct(int depth)
    {
        if (depth > DepthMax)
            throw new InvalidDataException($"A Thrift struct is more than {DepthMax} deep.");
        var read = new ThriftStruct();
        short id = 0;
        for (var head = Byte(); head != 0; head = Byte())
        {
            var (step, type) = (head >> 4, (ThriftType)(head & 0x0f));
            id = step == 0 ? (short)Zigzag() : (short)(id + step);
            read.Set(id, new ThriftValue(type, type is ThriftType.True or ThriftType.False ? null : Content(type, depth)));
        }
        return read;
    }

    private object Content(ThriftType type, int depth) => type switch
    {
        ThriftType.Int8 or ThriftType.True or ThriftType.False => (long)unchecked((sbyte)Byte()),
        ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64 => Zigzag(),
        ThriftType.Double => BinaryPrimitives.ReadInt64LittleEndian(Take(sizeof(long))),
        ThriftType.Binary => Take(Varint()).ToArray(),
        ThriftType.List => ReadList(depth),
        ThriftType.Struct => ReadStruct(depth + 1),
        _ => throw new InvalidDataException($"Parquet has no Thrift value of type {(byte)type}."),
    };

    private ThriftList ReadList(int depth)
    {
        var head = Byte();
        var count = head >> 4 < FewElements ? (ulong)(head >> 4) : Varint();
        var list = new ThriftList((ThriftType)(head & 0x0f), []);
        for (var index = 0UL; index < count; index++)
            list.Elements.Add(Content(list.ElementType, depth));
        return list;
    }

    private byte Byte() => Take(1)[0];

    private ReadOnlySpan<byte> Take(ulong count)
    {
        if (count > (ulong)rest.Length)
            throw new InvalidDataException("A Thrift struct goes on behind its end.");
        var taken = rest[..(int)count];
        rest = rest[(int)count..];
        return taken;
    }

    private long Zigzag()
    {
        var value = Varint();
        return (long)(value >> 1) ^ -(long)(value & 1);
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var part = Byte();
            value |= (ulong)(part & 0x7f) << shift;
            if (part < 0x80)
                return value;
        }
        throw new InvalidDataException("A Thrift number has more than 64 bits.");
    }
}
