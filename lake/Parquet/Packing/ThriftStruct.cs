namespace FlowLake.Lake.Parquet.Packing;

/// <summary>Types of Thrift's compact protocol, as they are written. A boolean field has its value in its type.</summary>
internal enum ThriftType : byte
{
    True = 1,
    False = 2,
    Int8 = 3,
    Int16 = 4,
    Int32 = 5,
    Int64 = 6,
    Double = 7,
    Binary = 8,
    List = 9,
    Struct = 12,
}

/// <summary>A value: integers as long, a double by its bits, <c>byte[]</c>, <see cref="ThriftList"/> or <see cref="ThriftStruct"/>; a boolean is its type alone.</summary>
internal readonly record struct ThriftValue(ThriftType Type, object? Content);

/// <summary>Values of one type; booleans among them are longs, 1 for true.</summary>
internal sealed record ThriftList(ThriftType ElementType, List<object> Elements);

/// <summary>A struct by the numbers of its fields, whatever they mean: what is not asked for is written as it was read.</summary>
internal sealed class ThriftStruct
{
    private readonly SortedDictionary<short, ThriftValue> fields = [];

    public IEnumerable<KeyValuePair<short, ThriftValue>> Fields => fields;

    public bool Has(short id) => fields.ContainsKey(id);

    /// <exception cref="InvalidDataException">There is no such field, or it is no integer.</exception>
    public long Integer(short id) => Content<long>(id);

    /// <exception cref="InvalidDataException">There is no such field, or it is no struct.</exception>
    public ThriftStruct Struct(short id) => Content<ThriftStruct>(id);

    /// <exception cref="InvalidDataException">There is no such field, or it is no list.</exception>
    public IReadOnlyList<object> List(short id) => Content<ThriftList>(id).Elements;

    public ThriftStruct Set(short id, ThriftValue value)
    {
        fields[id] = value;
        return this;
    }

    public ThriftStruct SetInt32(short id, int value) => Set(id, new ThriftValue(ThriftType.Int32, (long)value));

    public ThriftStruct SetInt64(short id, long value) => Set(id, new ThriftValue(ThriftType.Int64, value));

    public void Remove(short id) => fields.Remove(id);

    private T Content<T>(short id) => fields.TryGetValue(id, out var value) && value.Content is T content
        ? content
        : throw new InvalidDataException($"Field {id} of a Thrift struct is not there, or is no {typeof(T).Name}.");
}
