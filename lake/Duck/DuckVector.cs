using System.Runtime.CompilerServices;
using System.Text;
using FlowLake.Lake.Duck.Interop;

namespace FlowLake.Lake.Duck;

/// <summary>
/// The values of one column in the current chunk, or of a child of one. The object stays the same from chunk to chunk; its spans
/// point into the engine's memory and hold until the next <see cref="DuckResult.Read"/> or the end of the result.
/// </summary>
public sealed class DuckVector
{
    private readonly DuckVector[] children;
    private NativeVector vector;

    internal DuckVector(DuckType type)
    {
        Type = type;
        // In memory a MAP is a list of structs of key and value, and a UNION a struct that begins with the member's number.
        children = type.Id switch
        {
            DuckTypeId.Map => [new DuckVector(new DuckType(DuckTypeId.Struct) { Fields = type.Fields })],
            DuckTypeId.Union => [new DuckVector(new DuckType(DuckTypeId.UTinyInt)), .. type.Fields.Select(field => new DuckVector(field.Type))],
            _ => [.. type.Fields.Select(field => new DuckVector(field.Type))],
        };
    }

    public DuckType Type { get; }

    /// <summary>Number of rows; for the child of a list the number of all elements of the chunk.</summary>
    public int Count { get; private set; }

    /// <summary>False when no value is missing; true when some may be.</summary>
    public bool HasNulls => vector.HasValidity;

    /// <summary>One bit a row, set when the value is there; empty when no value is missing.</summary>
    public ReadOnlySpan<ulong> Validity => vector.Validity(Count);

    /// <summary>Child vectors: one for LIST, ARRAY and MAP (the elements), one a field for STRUCT, the member's number and then one a member for UNION.</summary>
    public IReadOnlyList<DuckVector> Children => children;

    internal DuckVector Child(int index) => children[index];

    public bool IsNull(int row) => vector.IsNull(Checked(row));

    /// <summary>All values; what stands where a value is missing means nothing.</summary>
    /// <typeparam name="T">What <see cref="DuckTypeId"/> says of this type's storage.</typeparam>
    /// <exception cref="InvalidOperationException">The type does not hold such values.</exception>
    public ReadOnlySpan<T> Values<T>() where T : unmanaged
        => Unsafe.SizeOf<T>() == DuckStorage.Bytes(Type.Storage)
            ? vector.Values<T>(Count)
            : throw new InvalidOperationException($"A {Type} does not hold values of {Unsafe.SizeOf<T>()} bytes ({typeof(T).Name}).");

    /// <summary>The bytes of a VARCHAR (UTF-8), BLOB, BIT or BIGNUM, without a copy. A missing value must be asked for with <see cref="IsNull"/> first.</summary>
    /// <exception cref="InvalidOperationException">The type has no bytes, or the value is missing.</exception>
    public ReadOnlySpan<byte> Utf8(int row)
    {
        if (Type.Id is not (DuckTypeId.VarChar or DuckTypeId.Blob or DuckTypeId.Bit or DuckTypeId.BigNumber))
            throw new InvalidOperationException($"A {Type} is no text; read it by Values or Value.");
        return IsNull(row) ? throw new InvalidOperationException($"Row {row} is NULL.") : vector.Bytes(row);
    }

    /// <summary>The text of a VARCHAR, or null.</summary>
    public string? Text(int row) => IsNull(row) ? null : Encoding.UTF8.GetString(Utf8(row));

    /// <summary>The value as an object, for tests and small results.</summary>
    /// <returns>See <see cref="DuckObjects"/>.</returns>
    public object? Value(int row) => IsNull(row) ? null : DuckObjects.Of(this, row);

    /// <summary>Raw access without a check, for the writers.</summary>
    internal ref readonly NativeVector Native => ref vector;

    internal void Load(DuckChunkHandle chunk, int column, int rows) => Load(NativeVector.Of(chunk, column), rows);

    /// <summary>Forgets the chunk, so that no later access reads memory that is gone.</summary>
    internal void Unload()
    {
        vector = default;
        Count = 0;
        foreach (var child in children)
            child.Unload();
    }

    private void Load(NativeVector loaded, int rows)
    {
        vector = loaded;
        Count = rows;
        switch (Type.Id)
        {
            case DuckTypeId.List or DuckTypeId.Map:
                var elements = vector.ListChild(out var count);
                children[0].Load(elements, count);
                break;
            case DuckTypeId.Array:
                children[0].Load(vector.ArrayChild(), checked(rows * Type.ArrayLength));
                break;
            case DuckTypeId.Struct or DuckTypeId.Union:
                for (var index = 0; index < children.Length; index++)
                    children[index].Load(vector.StructChild(index), rows);
                break;
        }
    }

    private int Checked(int row)
        => (uint)row < (uint)Count ? row : throw new ArgumentOutOfRangeException(nameof(row), row, $"The chunk has {Count} rows; it may be gone.");
}
