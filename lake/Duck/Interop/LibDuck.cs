namespace FlowLake.Lake.Duck.Interop;

/// <summary>The part of DuckDB's C API that FlowLake uses, one file for each area of it.</summary>
/// <remarks>
/// Source: duckdb.h of DuckDB 1.5, https://duckdb.org/docs/stable/clients/c/api. Names and signatures follow it; <c>idx_t</c> is <see cref="ulong"/>.
/// </remarks>
internal static partial class LibDuck
{
    /// <summary>Resolves to libduckdb.so beside the assembly; native/DuckNative.targets puts it there.</summary>
    internal const string Library = "duckdb";
}

/// <summary>What most calls answer; the message then comes from the object they worked on.</summary>
internal enum DuckState
{
    Success = 0,
    Error = 1,
}
