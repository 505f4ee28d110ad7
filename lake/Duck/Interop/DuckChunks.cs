namespace FlowLake.Lake.Duck.Interop;

internal static unsafe class DuckChunks
{
    /// <summary>A chunk of 2,048 rows to write into.</summary>
    internal static DuckChunkHandle Create(DuckLogicalTypeHandle[] types)
    {
        var pointers = types.Select(type => type.DangerousGetHandle()).ToArray();
        fixed (nint* first = pointers)
            return LibDuck.Chunks.Create(first, (ulong)pointers.Length);
    }
}
