using System.Buffers.Binary;
using System.Text;

namespace FlowLake.Agent.Bpf;

/// <summary>
/// The types an object file, or the kernel, describes about itself (BTF): structs with their members, enums, and which names there are.
/// Source: https://docs.kernel.org/bpf/btf.html
/// </summary>
internal sealed class BtfTypes
{
    private const ushort Magic = 0xeb9f;

    private readonly byte[] data;
    private readonly int strings;
    private readonly List<int> offsets = [0]; // Type 0 is void and not stored.

    internal BtfTypes(byte[] data)
    {
        this.data = data;
        if (BinaryPrimitives.ReadUInt16LittleEndian(data) != Magic)
            throw BpfException.Because("the object's BTF does not start with its magic number");
        var header = Word(4);
        var start = header + Word(8);
        var end = start + Word(12);
        strings = header + Word(16);
        for (var offset = start; offset < end; offset += HeadLength + TailLength(offset))
            offsets.Add(offset);
    }

    private const int HeadLength = 12;

    private enum Kind
    {
        Integer = 1, Pointer, Array, Struct, Union, Enum, Forward, Typedef, Volatile, Const, Restrict, Function, FunctionPrototype,
        Variable, DataSection, Float, DeclarationTag, TypeTag, Enum64,
    }

    internal sealed record Member(string Name, int Offset, int Size);

    internal sealed record Struct(string Name, int Size, IReadOnlyList<Member> Members)
    {
        /// <summary>Every name, place and size: equal texts mean equal layouts.</summary>
        public override string ToString() => $"{Name} {Size}: {string.Join(", ", Members.Select(member => $"{member.Name}@{member.Offset}+{member.Size}"))}";
    }

    internal Struct FindStruct(string name) => Find(Kind.Struct, name) is { } offset
        ? Read(offset, name)
        : throw BpfException.Because($"the object's BTF has no struct {name}", "It belongs to another version: build again.");

    internal bool HasTypedef(string name) => Find(Kind.Typedef, name) is not null;

    /// <summary>The names of an enum's values; none where there is no such enum.</summary>
    internal IEnumerable<(string Name, uint Value)> FindEnum(string name)
    {
        const int valueLength = 8;
        if (Find(Kind.Enum, name) is not { } offset)
            yield break;
        for (var index = 0; index < CountOf(offset); index++)
        {
            var value = offset + HeadLength + index * valueLength;
            yield return (NameAt(Word(value)), unchecked((uint)Word(value + 4)));
        }
    }

    private int? Find(Kind kind, string name)
    {
        byte[] wanted = [.. Encoding.UTF8.GetBytes(name), 0];
        foreach (var offset in offsets.Skip(1))
            if (KindOf(offset) == kind && data.AsSpan(strings + Word(offset)).StartsWith(wanted))
                return offset;
        return null;
    }

    private Struct Read(int offset, string name)
    {
        const int memberLength = 12;
        var members = new Member[CountOf(offset)];
        for (var index = 0; index < members.Length; index++)
        {
            var member = offset + HeadLength + index * memberLength;
            members[index] = new Member(NameAt(Word(member)), Word(member + 8) / 8, SizeOf(Word(member + 4)));
        }
        return new Struct(name, Word(offset + 8), members);
    }

    private int SizeOf(int type)
    {
        var offset = offsets[type];
        return KindOf(offset) switch
        {
            Kind.Integer or Kind.Struct or Kind.Union or Kind.Enum or Kind.Enum64 or Kind.Float => Word(offset + 8),
            Kind.Pointer => sizeof(ulong),
            Kind.Array => SizeOf(Word(offset + HeadLength)) * Word(offset + HeadLength + 8),
            Kind.Typedef or Kind.Volatile or Kind.Const or Kind.Restrict or Kind.TypeTag => SizeOf(Word(offset + 8)),
            var kind => throw BpfException.Because($"BTF type {type} is a {kind}, which has no size"),
        };
    }

    private int TailLength(int offset) => KindOf(offset) switch
    {
        Kind.Integer or Kind.Variable or Kind.DeclarationTag => 4,
        Kind.Array => 12,
        Kind.Struct or Kind.Union or Kind.DataSection or Kind.Enum64 => CountOf(offset) * 12,
        Kind.Enum or Kind.FunctionPrototype => CountOf(offset) * 8,
        _ => 0,
    };

    private Kind KindOf(int offset) => (Kind)(Word(offset + 4) >> 24 & 0x1f);

    private int CountOf(int offset) => Word(offset + 4) & 0xffff;

    private string NameAt(int offset)
    {
        var bytes = data.AsSpan(strings + offset);
        return Encoding.UTF8.GetString(bytes[..bytes.IndexOf((byte)0)]);
    }

    private int Word(int offset) => BinaryPrimitives.ReadInt32LittleEndian(data.AsSpan(offset));
}
