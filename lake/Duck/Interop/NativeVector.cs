using System.Runtime.InteropServices;

namespace FlowLake.Lake.Duck.Interop;

/// <summary>One flat vector of a chunk: where its data and its validity bits lie. Valid while the chunk lives; nothing here is checked.</summary>
internal readonly unsafe struct NativeVector
{
    private readonly nint vector;
    private readonly byte* data;
    private readonly ulong* validity;

    private NativeVector(nint vector)
    {
        this.vector = vector;
        data = LibDuck.Chunks.Data(vector);
        validity = LibDuck.Chunks.Validity(vector);
    }

    internal static NativeVector Of(DuckChunkHandle chunk, int column) => new(LibDuck.Chunks.Vector(chunk, (ulong)column));

    internal bool HasValidity => validity is not null;

    internal bool IsNull(int row) => validity is not null && (validity[row >> 6] & (1UL << (row & 63))) == 0;

    internal ReadOnlySpan<ulong> Validity(int count) => new(validity, validity is null ? 0 : (count + 63) / 64);

    internal ReadOnlySpan<T> Values<T>(int count) where T : unmanaged => new(data, count);

    internal T Value<T>(int row) where T : unmanaged => ((T*)data)[row];

    /// <summary>Bytes of a VARCHAR, BLOB, BIT or BIGNUM: up to 12 bytes lie in the entry itself, longer ones behind its pointer.</summary>
    internal ReadOnlySpan<byte> Bytes(int row)
    {
        var entry = data + 16L * row;
        var length = *(int*)entry;
        return new ReadOnlySpan<byte>(length <= InlineBytes ? entry + 4 : *(byte**)(entry + 8), length);
    }

    internal NativeVector ListChild(out int count)
    {
        count = checked((int)LibDuck.Chunks.ListSize(vector));
        return new NativeVector(LibDuck.Chunks.ListChild(vector));
    }

    internal NativeVector ArrayChild() => new(LibDuck.Chunks.ArrayChild(vector));

    internal NativeVector StructChild(int index) => new(LibDuck.Chunks.StructChild(vector, (ulong)index));

    /// <summary>Longest string that lies in its 16-byte entry.</summary>
    internal const int InlineBytes = 12;

    /// <summary>Makes the vector writable with every row null; a write then marks its row as there.</summary>
    internal static NativeVector Writable(DuckChunkHandle chunk, int column, int capacity)
    {
        var pointer = LibDuck.Chunks.Vector(chunk, (ulong)column);
        LibDuck.Chunks.EnsureValidity(pointer);
        var writable = new NativeVector(pointer);
        NativeMemory.Clear(writable.validity, (nuint)((capacity + 63) / 64 * sizeof(ulong)));
        return writable;
    }

    internal void Write<T>(int row, T value) where T : unmanaged
    {
        ((T*)data)[row] = value;
        validity[row >> 6] |= 1UL << (row & 63);
    }

    internal void WriteNull(int row) => validity[row >> 6] &= ~(1UL << (row & 63));

    /// <summary>The engine copies the bytes. They must be valid UTF-8.</summary>
    internal void WriteText(int row, ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= InlineBytes)
        {
            // An entry of at most 12 bytes is its length and the bytes, padded with zeros; written here it costs no call.
            var entry = data + 16L * row;
            *(ulong*)entry = (uint)utf8.Length;
            *(ulong*)(entry + 8) = 0;
            utf8.CopyTo(new Span<byte>(entry + 4, InlineBytes));
        }
        else
        {
            fixed (byte* first = utf8)
                LibDuck.Chunks.AssignText(vector, (ulong)row, first, (ulong)utf8.Length);
        }
        validity[row >> 6] |= 1UL << (row & 63);
    }
}
