using FlowLake.Lake.Objects;
using Microsoft.Win32.SafeHandles;

namespace FlowLake.Lake.Parquet;

/// <summary>A named pipe, for a writer that opens it by its path as it would a file; it is read here.</summary>
/// <remarks>
/// Opening a pipe waits for its other end, and a reader sees the end when the last writer has closed. So this holds an end of both kinds itself: nobody waits when opening,
/// and the reader sees the end at <see cref="EndWriting"/>, also where the writer never came.
/// </remarks>
internal sealed class NamedPipe : IDisposable
{
    private readonly SafeFileHandle bothEnds;
    private readonly FileStream readingEnd;

    /// <exception cref="IOException">It cannot be made there.</exception>
    public NamedPipe(string path)
    {
        Path = path;
        var error = Posix.MakePipe(path);
        if (error != Posix.Error.None)
            throw new IOException($"The named pipe {path} cannot be made: {Posix.Describe(error)}.");
        try
        {
            bothEnds = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            readingEnd = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0);
        }
        catch
        {
            bothEnds?.Dispose();
            RemoveName();
            throw;
        }
    }

    public string Path { get; }

    /// <summary>Waits until there are bytes, and takes them; 0 once every writer has closed.</summary>
    public int Read(Span<byte> buffer) => readingEnd.Read(buffer);

    /// <summary>Nobody will open it for writing any more.</summary>
    public void EndWriting() => bothEnds.Dispose();

    /// <summary>Takes the name from the file system; who has the pipe open keeps it.</summary>
    public void RemoveName() => File.Delete(Path);

    public void Dispose()
    {
        RemoveName();
        bothEnds.Dispose();
        readingEnd.Dispose();
    }
}
