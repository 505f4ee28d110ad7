using System.Collections.Immutable;

namespace FlowLake.Lake.Duck.Interop;

/// <summary>Reads a logical type, with all it holds, into a value of our own.</summary>
internal static class DuckTypeReader
{
    internal static DuckType Read(DuckLogicalTypeHandle type)
    {
        if (type.IsInvalid)
            return new DuckType(DuckTypeId.Invalid);
        var id = LibDuck.Types.Id(type);
        var alias = LibDuck.Types.Alias(type);
        return id switch
        {
            DuckTypeId.Decimal => new DuckType(id)
            {
                Alias = alias,
                Storage = LibDuck.Types.DecimalStorage(type),
                DecimalWidth = LibDuck.Types.DecimalWidth(type),
                DecimalScale = LibDuck.Types.DecimalScale(type),
            },
            DuckTypeId.Enum => new DuckType(id) { Alias = alias, Storage = LibDuck.Types.EnumStorage(type), EnumNames = EnumNames(type) },
            DuckTypeId.List => new DuckType(id) { Alias = alias, Fields = [Field("element", LibDuck.Types.ListChild(type))] },
            DuckTypeId.Array => new DuckType(id)
            {
                Alias = alias,
                ArrayLength = (int)LibDuck.Types.ArraySize(type),
                Fields = [Field("element", LibDuck.Types.ArrayChild(type))],
            },
            DuckTypeId.Map => new DuckType(id)
            {
                Alias = alias,
                Fields = [Field("key", LibDuck.Types.MapKey(type)), Field("value", LibDuck.Types.MapValue(type))],
            },
            DuckTypeId.Struct => new DuckType(id) { Alias = alias, Fields = Fields(type, LibDuck.Types.StructCount, LibDuck.Types.StructName, LibDuck.Types.StructChild) },
            DuckTypeId.Union => new DuckType(id) { Alias = alias, Fields = Fields(type, LibDuck.Types.UnionCount, LibDuck.Types.UnionName, LibDuck.Types.UnionChild) },
            _ => new DuckType(id) { Alias = alias },
        };
    }

    private static ImmutableArray<string> EnumNames(DuckLogicalTypeHandle type)
    {
        var names = new string[LibDuck.Types.EnumSize(type)];
        for (var index = 0; index < names.Length; index++)
            names[index] = LibDuck.Types.EnumValue(type, (ulong)index) ?? "";
        return ImmutableArray.Create(names);
    }

    private static ImmutableArray<DuckField> Fields(
        DuckLogicalTypeHandle type,
        Func<DuckLogicalTypeHandle, ulong> count,
        Func<DuckLogicalTypeHandle, ulong, string?> name,
        Func<DuckLogicalTypeHandle, ulong, DuckLogicalTypeHandle> child)
    {
        var fields = ImmutableArray.CreateBuilder<DuckField>();
        for (var index = 0UL; index < count(type); index++)
            fields.Add(Field(name(type, index) ?? "", child(type, index)));
        return fields.ToImmutable();
    }

    private static DuckField Field(string name, DuckLogicalTypeHandle type)
    {
        using (type)
            return new DuckField(name, Read(type));
    }
}
