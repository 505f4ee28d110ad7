using System.Runtime.InteropServices;
using System.Runtime.InteropServices.Marshalling;

namespace FlowLake.Lake.Duck.Interop;

internal static partial class LibDuck
{
    // Source: https://duckdb.org/docs/stable/clients/c/types
    internal static partial class Types
    {
        [LibraryImport(Library, EntryPoint = "duckdb_create_logical_type")]
        internal static partial DuckLogicalTypeHandle Create(DuckTypeId id);

        [LibraryImport(Library, EntryPoint = "duckdb_destroy_logical_type")]
        internal static partial void Destroy(ref nint type);

        [LibraryImport(Library, EntryPoint = "duckdb_get_type_id")]
        internal static partial DuckTypeId Id(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_logical_type_get_alias")]
        [return: MarshalUsing(typeof(OwnedUtf8))]
        internal static partial string? Alias(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_decimal_width")]
        internal static partial byte DecimalWidth(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_decimal_scale")]
        internal static partial byte DecimalScale(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_decimal_internal_type")]
        internal static partial DuckTypeId DecimalStorage(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_enum_internal_type")]
        internal static partial DuckTypeId EnumStorage(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_enum_dictionary_size")]
        internal static partial uint EnumSize(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_enum_dictionary_value")]
        [return: MarshalUsing(typeof(OwnedUtf8))]
        internal static partial string? EnumValue(DuckLogicalTypeHandle type, ulong index);

        [LibraryImport(Library, EntryPoint = "duckdb_list_type_child_type")]
        internal static partial DuckLogicalTypeHandle ListChild(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_array_type_child_type")]
        internal static partial DuckLogicalTypeHandle ArrayChild(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_array_type_array_size")]
        internal static partial ulong ArraySize(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_map_type_key_type")]
        internal static partial DuckLogicalTypeHandle MapKey(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_map_type_value_type")]
        internal static partial DuckLogicalTypeHandle MapValue(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_count")]
        internal static partial ulong StructCount(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_name")]
        [return: MarshalUsing(typeof(OwnedUtf8))]
        internal static partial string? StructName(DuckLogicalTypeHandle type, ulong index);

        [LibraryImport(Library, EntryPoint = "duckdb_struct_type_child_type")]
        internal static partial DuckLogicalTypeHandle StructChild(DuckLogicalTypeHandle type, ulong index);

        [LibraryImport(Library, EntryPoint = "duckdb_union_type_member_count")]
        internal static partial ulong UnionCount(DuckLogicalTypeHandle type);

        [LibraryImport(Library, EntryPoint = "duckdb_union_type_member_name")]
        [return: MarshalUsing(typeof(OwnedUtf8))]
        internal static partial string? UnionName(DuckLogicalTypeHandle type, ulong index);

        [LibraryImport(Library, EntryPoint = "duckdb_union_type_member_type")]
        internal static partial DuckLogicalTypeHandle UnionChild(DuckLogicalTypeHandle type, ulong index);
    }
}
