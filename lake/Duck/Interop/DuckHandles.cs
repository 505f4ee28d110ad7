using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace FlowLake.Lake.Duck.Interop;

// The engine's objects hold on to what they need of each other (a result to its connection's context, a connection to its database),
// so the order in which these handles are released does not matter.

internal sealed class DuckConfigHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Startup.DestroyConfig(ref handle); return true; }
}

internal sealed class DuckDatabaseHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Startup.Close(ref handle); return true; }
}

internal sealed class DuckConnectionHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Startup.Disconnect(ref handle); return true; }
}

internal sealed class DuckExtractedHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Statements.DestroyExtracted(ref handle); return true; }
}

internal sealed class DuckStatementHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Statements.Destroy(ref handle); return true; }
}

internal sealed class DuckPendingHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Statements.DestroyPending(ref handle); return true; }
}

internal sealed class DuckChunkHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Chunks.Destroy(ref handle); return true; }
}

internal sealed class DuckLogicalTypeHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Types.Destroy(ref handle); return true; }
}

internal sealed class DuckValueHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Values.Destroy(ref handle); return true; }
}

internal sealed class DuckAppenderHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    // The destructor of an appender writes what it still holds; what was not closed on purpose is not wanted.
    protected override bool ReleaseHandle()
    {
        _ = LibDuck.Appender.Clear(handle);
        _ = LibDuck.Appender.Destroy(ref handle);
        return true;
    }
}

internal sealed class DuckErrorDataHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle() { LibDuck.Errors.Destroy(ref handle); return true; }
}

/// <summary>Owns the 48 bytes of a <c>duckdb_result</c>, which the C API wants at one address, and what they point to.</summary>
internal sealed unsafe class DuckResultHandle : SafeHandleZeroOrMinusOneIsInvalid
{
    internal DuckResultHandle() : base(ownsHandle: true) => SetHandle((nint)NativeMemory.AllocZeroed((nuint)sizeof(NativeResult)));

    /// <summary>The next chunk, or an invalid handle at the end or on an error. Some calls take the struct by value.</summary>
    internal DuckChunkHandle FetchChunk()
    {
        var added = false;
        try
        {
            DangerousAddRef(ref added);
            return LibDuck.Results.FetchChunk(*(NativeResult*)handle);
        }
        finally
        {
            if (added)
                DangerousRelease();
        }
    }

    protected override bool ReleaseHandle()
    {
        LibDuck.Results.Destroy(handle);
        NativeMemory.Free((void*)handle);
        return true;
    }
}
