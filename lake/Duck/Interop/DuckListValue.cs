using System.Buffers;
using System.Text;

namespace FlowLake.Lake.Duck.Interop;

/// <summary>Makes LIST values to bind. The engine copies the elements, which are freed here.</summary>
internal static unsafe class DuckListValue
{
    internal static DuckValueHandle Of(IReadOnlyList<string?> values) => Of(DuckTypeId.VarChar, values, Text);

    internal static DuckValueHandle Of(IReadOnlyList<long> values) => Of(DuckTypeId.BigInt, values, LibDuck.Values.Int64);

    private static DuckValueHandle Of<T>(DuckTypeId elementType, IReadOnlyList<T> values, Func<T, DuckValueHandle> make)
    {
        var elements = new DuckValueHandle[values.Count];
        try
        {
            // One entry more than needed, for the address of an empty list must not be null.
            var pointers = new nint[values.Count + 1];
            for (var index = 0; index < elements.Length; index++)
            {
                elements[index] = make(values[index]);
                pointers[index] = elements[index].DangerousGetHandle();
            }
            using var type = LibDuck.Types.Create(elementType);
            fixed (nint* first = pointers)
                return LibDuck.Values.List(type, first, (ulong)elements.Length);
        }
        finally
        {
            foreach (var element in elements)
                element?.Dispose();
        }
    }

    private static DuckValueHandle Text(string? value)
    {
        if (value is null)
            return LibDuck.Values.Null();
        var bytes = ArrayPool<byte>.Shared.Rent(Encoding.UTF8.GetMaxByteCount(value.Length));
        try
        {
            var length = Encoding.UTF8.GetBytes(value, bytes);
            fixed (byte* first = bytes)
                return LibDuck.Values.Text(first, (ulong)length);
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }
}
