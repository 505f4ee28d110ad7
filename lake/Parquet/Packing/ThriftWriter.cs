using System.Buffers;

namespace FlowLake.Lake.Parquet.Packing;

/// <summary>Writes structs in Thrift's compact protocol.</summary>
internal static class ThriftWriter
{
    private const int FewElements = 15;

    public static void Struct(ArrayBufferWriter<byte> bytes, ThriftStruct written)
    {
        short before = 0;
        foreach (var (id, value) in written.Fields)
        {
            var step = id - before;
            if (step is > 0 and < 16)
            {
                bytes.Byte((byte)((step << 4) | (byte)value.Type));
            }
            else
            {
                bytes.Byte((byte)value.Type);
                bytes.Zigzag(id);
            }
            before = id;
            if (value.Content is not null)
                Content(bytes, value.Type, value.Content);
        }
        bytes.Byte(0);
    }

    private static void Content(ArrayBufferWriter<byte> bytes, ThriftType type, object content)
    {
        switch (type)
        {
            case ThriftType.Int8 or ThriftType.True or ThriftType.False:
                bytes.Byte(unchecked((byte)(long)content));
                break;
            case ThriftType.Int16 or ThriftType.Int32 or ThriftType.Int64:
                bytes.Zigzag((long)content);
                break;
            case ThriftType.Double:
                bytes.Int64((long)content);
                break;
            case ThriftType.Binary:
                bytes.Varint((ulong)((byte[])content).Length);
                bytes.Write((byte[])content);
                break;
            case ThriftType.List:
                List(bytes, (ThriftList)content);
                break;
            default:
                Struct(bytes, (ThriftStruct)content);
                break;
        }
    }

    private static void List(ArrayBufferWriter<byte> bytes, ThriftList list)
    {
        var count = list.Elements.Count;
        bytes.Byte((byte)((Math.Min(count, FewElements) << 4) | (byte)list.ElementType));
        if (count >= FewElements)
            bytes.Varint((ulong)count);
        foreach (var element in list.Elements)
            Content(bytes, list.ElementType, element);
    }
}
