using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace FlowLake.QueryApi.Workers.Confinement;

/// <summary>The first stage of a worker: gives up everything that a program needs not, and becomes that program. Has to run on the process's main thread, before anything else.</summary>
/// <remarks>
/// Landlock and seccomp bind the thread that asks for them and what that thread becomes, so a runtime that has threads cannot confine itself: it is left behind. What is to be done comes over standard input, a line of JSON,
/// since arguments and environments can be read by others; what comes behind that line is the program's.
/// </remarks>
internal static class ConfinedStart
{
    /// <summary>Longest description in bytes.</summary>
    private const int LineBytesMax = 1 << 20;

    /// <summary>Never returns.</summary>
    /// <exception cref="IOException">There is nothing to do, or it cannot be done; the program was not started.</exception>
    /// <exception cref="JsonException">What came is no description of a program.</exception>
    public static void Run()
    {
        var program = JsonSerializer.Deserialize(ReadLine(), ConfinementJson.Default.ConfinedProgram)!;
        Environment.CurrentDirectory = program.Writable;
        // A signal from a terminal, or for a whole group, is for whoever started it.
        Linux.Process.NewSession();
        Limit(Linux.Limits.CoreDump, 0);
        Limit(Linux.Limits.FileSize, 0);
        Limit(Linux.Limits.Data, program.MemoryBytesMax);
        if (program.User is { } user)
            Privileges.Become(user, keepsReading: Landlock.Version > 0);
        else
            Privileges.GiveUp();
        Linux.Process.Control(Linux.Process.SetNoNewPrivileges, 1, 0, 0, 0).OrThrow("refuse new privileges");
        // After the user, with whom the kernel forgets it.
        Linux.Process.Control(Linux.Process.SetParentDeathSignal, Linux.Process.SignalKill, 0, 0, 0).OrThrow("end with the server");
        Landlock.Apply(program);
        Seccomp.Apply();
        Linux.Process.Execute(program.Program, [program.Program, .. program.Arguments, null], [.. program.Environment, null]).OrThrow($"run {program.Program}");
    }

    private static void Limit(int resource, long bytes) => Linux.Limits.Set(resource, new Linux.Limits.Limit((ulong)bytes, (ulong)bytes)).OrThrow($"limit the resource {resource}");

    // Byte by byte: what is behind the line is for the program to read.
    private static byte[] ReadLine()
    {
        using var input = new FileStream(new SafeFileHandle(0, ownsHandle: false), FileAccess.Read, bufferSize: 0);
        var line = new List<byte>();
        for (int read; (read = input.ReadByte()) != '\n'; line.Add((byte)read))
        {
            if (read < 0 || line.Count == LineBytesMax)
                throw new IOException("this is a part of flowlake serve, which starts it: what to do comes over standard input");
        }

        return [.. line];
    }
}
