using FlowLake.Agent.Bpf.Interop;

namespace FlowLake.Agent.Bpf;

/// <summary>The object file in the kernel, its maps pinned, and what of it this kernel does not take.</summary>
internal sealed class LoadedPrograms : IDisposable
{
    private LoadedPrograms(BpfObject bpfObject, PinLayout layout, string path, IReadOnlyList<UnavailableProgram> unavailable)
    {
        Object = bpfObject;
        Layout = layout;
        Path = path;
        Unavailable = unavailable;
    }

    internal BpfObject Object { get; }

    internal PinLayout Layout { get; }

    /// <summary>The folder of the set of pins.</summary>
    internal string Path { get; }

    internal IReadOnlyList<UnavailableProgram> Unavailable { get; }

    /// <summary>Loads what the options want. A tracing program this kernel has no place for, or refuses, is left out: only its own count is missing then.</summary>
    /// <exception cref="BpfException">The kernel refuses the rest as well.</exception>
    internal static LoadedPrograms Load(CaptureOptions options, PinFolder folder, KernelTypes kernel)
    {
        var lacking = kernel.WithoutTracepoint
            .Select(program => new UnavailableProgram(program.Name, program.Sees, $"this kernel has no tracepoint {program.Tracepoint}"))
            .ToArray();
        try
        {
            return Load(options, folder, lacking);
        }
        catch (BpfException refusal) when (lacking.Length < PinNames.TracingPrograms.Length)
        {
            return Load(options, folder, [.. PinNames.TracingPrograms.Select(program => new UnavailableProgram(program.Name, program.Sees, refusal.Message))]);
        }
    }

    internal bool Has(string program) => Unavailable.All(unavailable => unavailable.Program != program);

    public void Dispose() => Object.Dispose();

    private static LoadedPrograms Load(CaptureOptions options, PinFolder folder, UnavailableProgram[] unavailable)
    {
        var bpfObject = BpfObject.Open(options.ObjectPath);
        try
        {
            bpfObject.SetCapacity(PinNames.FlowsEven, options.FlowCapacity);
            bpfObject.SetCapacity(PinNames.FlowsOdd, options.FlowCapacity);
            var layout = PinLayout.Of(bpfObject);
            var path = folder.SetFolder(layout);
            foreach (var map in PinNames.Maps)
                bpfObject.SetPin(map, System.IO.Path.Combine(path, map));
            foreach (var program in PinNames.CgroupPrograms.Where(program => !FlowCapture.IsWanted(program, options)).Concat(unavailable.Select(program => program.Program)))
                bpfObject.Skip(program);
            bpfObject.Load();
            return new LoadedPrograms(bpfObject, layout, path, unavailable);
        }
        catch
        {
            bpfObject.Dispose();
            throw;
        }
    }
}
