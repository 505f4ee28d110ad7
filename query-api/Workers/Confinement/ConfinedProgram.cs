using System.Text.Json.Serialization;

namespace FlowLake.QueryApi.Workers.Confinement;

/// <summary>A program, and all that it may do once <see cref="ConfinedStart"/> has put it into the place of the process.</summary>
internal sealed record ConfinedProgram
{
    /// <summary>The program's file.</summary>
    public required string Program { get; init; }

    public required IReadOnlyList<string> Arguments { get; init; }

    /// <summary>All of its environment, as <c>NAME=value</c>.</summary>
    public required IReadOnlyList<string> Environment { get; init; }

    /// <summary>Folders and files that it may read. What is not there is passed over.</summary>
    public required IReadOnlyList<string> Readable { get; init; }

    /// <summary>Folders and files that it may read and run.</summary>
    public required IReadOnlyList<string> Executable { get; init; }

    /// <summary>The one folder in which it may make files, pipes and sockets.</summary>
    public required string Writable { get; init; }

    /// <summary>Bytes of memory of its own: what it allocates, its threads' stacks among it, and not what it maps from files.</summary>
    public required long MemoryBytesMax { get; init; }

    /// <summary>As whom it runs; null for as whom it was started, which is all that others than root can choose.</summary>
    public WorkerUser? User { get; init; }
}

[JsonSerializable(typeof(ConfinedProgram))]
internal sealed partial class ConfinementJson : JsonSerializerContext;
