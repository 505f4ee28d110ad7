using System.Text.Json;

namespace FlowLake.QueryApi.Access;

/// <summary>The file of keys: JSON that its owner alone can read.</summary>
public static class KeyFile
{
    /// <summary>Largest file in bytes.</summary>
    private const int BytesMax = 16 << 20;

    private const UnixFileMode OwnersAlone = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const UnixFileMode Others = ~(OwnersAlone | UnixFileMode.UserExecute);

    private static readonly TimeSpan lockWaitMax = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan lockPause = TimeSpan.FromMilliseconds(50);

    /// <summary>Reads the file.</summary>
    /// <exception cref="FormatException">It holds something else than keys; the message tells all that is wrong.</exception>
    /// <exception cref="UnauthorizedAccessException">Others than its owner can read it.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static KeyDocument Read(string path) => Parse(path, Content(path));

    /// <summary>Changes the file in one step, or makes it; changes of several processes come one after the other.</summary>
    /// <inheritdoc cref="Read" path="/exception"/>
    public static void Change(string path, Func<KeyDocument, KeyDocument> change, TimeProvider timeProvider)
    {
        using var alone = Lock(path + ".lock", timeProvider);
        var changed = change(File.Exists(path) ? Read(path) : new KeyDocument { Keys = [] });
        Check(path, changed);
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = new FileStream(draft, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = OwnersAlone }))
        {
            file.Write(JsonSerializer.SerializeToUtf8Bytes(changed, KeyJson.Default.KeyDocument));
            file.Write("\n"u8);
            file.Flush(flushToDisk: true);
        }

        File.Move(draft, path, overwrite: true);
    }

    internal static byte[] Content(string path)
    {
        if (new FileInfo(path) is { Exists: true, Length: > BytesMax })
            throw new FormatException($"{path} has more than {BytesMax} bytes: it is no file of keys.");
        var content = File.ReadAllBytes(path);
        return (File.GetUnixFileMode(File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName ?? path) & Others) == 0
            ? content
            : throw new UnauthorizedAccessException($"{path} can be read or written by others than its owner. Close it to them: chmod 600 {path}");
    }

    internal static KeyDocument Parse(string path, byte[] content)
    {
        try
        {
            var document = JsonSerializer.Deserialize(content, KeyJson.Default.KeyDocument) ?? throw new FormatException($"{path}: it holds null. Make keys with: flowlake key create --keys {path}");
            Check(path, document);
            return document;
        }
        catch (JsonException exception)
        {
            throw new FormatException($"{path}: {exception.Message} Make keys with: flowlake key create --keys {path}", exception);
        }
    }

    private static void Check(string path, KeyDocument document)
    {
        var complaints = document.Complaints().ToArray();
        if (complaints.Length > 0)
            throw new FormatException($"{path}: {string.Join("; ", complaints)}.");
    }

    private static FileStream Lock(string path, TimeProvider timeProvider)
    {
        var begun = timeProvider.GetTimestamp();
        while (true)
        {
            try
            {
                return new FileStream(path, new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.None, UnixCreateMode = OwnersAlone });
            }
            catch (IOException) when (File.Exists(path) && timeProvider.GetElapsedTime(begun) < lockWaitMax)
            {
                Thread.Sleep(lockPause);
            }
        }
    }
}
