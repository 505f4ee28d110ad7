namespace FlowLake.Agent.Bpf;

/// <summary>What of the running kernel's types capture asks for by name.</summary>
internal sealed class KernelTypes
{
    internal const string Source = "/sys/kernel/btf/vmlinux";
    private const string TracepointPrefix = "btf_trace_";

    internal KernelTypes(BtfTypes kernel)
    {
        DropReasons = new DropReasons(kernel);
        WithoutTracepoint = [.. PinNames.TracingPrograms.Where(program => !kernel.HasTypedef(TracepointPrefix + program.Tracepoint))];
    }

    internal DropReasons DropReasons { get; }

    /// <summary>Programs whose tracepoint this kernel does not have.</summary>
    internal IReadOnlyList<TracingProgram> WithoutTracepoint { get; }

    internal static KernelTypes Read() => new(new BtfTypes(File.ReadAllBytes(Source)));
}
