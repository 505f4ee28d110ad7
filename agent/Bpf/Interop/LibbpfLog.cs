using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace FlowLake.Agent.Bpf.Interop;

/// <summary>
/// Keeps what libbpf has to say on this thread, the verifier's words included, so that an error can carry it. Without one
/// libbpf's words go nowhere: it would print them to the agent's standard error.
/// </summary>
internal sealed unsafe partial class LibbpfLog : IDisposable
{
    private const int LineBytesMost = 16 * 1024;
    private const int LinesMost = 60; // The verifier says at its end why it refused.
    private const int InformationLevel = 1; // LIBBPF_INFO; what is above is for those who debug libbpf.

    [ThreadStatic]
    private static LibbpfLog? current;

    private readonly Queue<string> lines = new();

    static LibbpfLog() => SetPrint(&Print);

    private LibbpfLog() => current = this;

    internal static LibbpfLog Collect() => new();

    public void Dispose() => current = null;

    public override string ToString() => string.Join(Environment.NewLine, lines);

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static int Print(int level, byte* format, nint arguments)
    {
        if (current is null || level > InformationLevel)
            return 0;
        var buffer = new byte[LineBytesMost];
        fixed (byte* start = buffer)
        {
            var length = Linux.Format(start, (nuint)buffer.Length, format, arguments);
            current.Add(Encoding.UTF8.GetString(buffer, 0, Math.Clamp(length, 0, buffer.Length - 1)));
        }
        return 0;
    }

    private void Add(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            if (lines.Count == LinesMost)
                lines.Dequeue();
            lines.Enqueue(line);
        }
    }

    [LibraryImport("libbpf.so.1", EntryPoint = "libbpf_set_print")]
    private static partial nint SetPrint(delegate* unmanaged[Cdecl]<int, byte*, nint, int> print);
}
