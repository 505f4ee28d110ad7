namespace FlowLake.Lake.Objects;

/// <summary>An object has more bytes than the caller takes. Nothing of it was kept.</summary>
/// <param name="message">Names the object and the bound.</param>
/// <param name="bytes">How many it has.</param>
public sealed class ObjectTooLargeException(string message, long bytes) : IOException(message)
{
    public long Bytes => bytes;

    internal static void ThrowIfAbove(long bytesMax, long bytes, Uri location, string key)
    {
        if (bytes > bytesMax)
            throw new ObjectTooLargeException($"{location}: {key} has {bytes} bytes; {bytesMax} are allowed", bytes);
    }
}
