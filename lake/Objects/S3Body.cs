using Amazon.S3;
using Amazon.S3.Model;

namespace FlowLake.Lake.Objects;

/// <summary>
/// Reads objects' content. The SDK retries a request until its headers came; a body that breaks off, or falls silent (<see cref="SilenceLimit"/>), is up to us: the
/// object is read again from its start, three attempts in all.
/// </summary>
internal sealed class S3Body(IAmazonS3 client, S3Address address)
{
    private const int AttemptsMax = 3;
    private const int BufferBytes = 128 << 10;

    /// <summary>Calls <paramref name="consume"/>, once per attempt, with the content's length and a way to copy it to a stream.</summary>
    /// <returns>Whether there is such an object.</returns>
    public async Task<bool> ReadAsync(string key, Func<long, Func<Stream, Task>, Task> consume, CancellationToken cancellationToken)
    {
        for (int attempt = 1; ; attempt++)
        {
            try
            {
                using GetObjectResponse response = await client.GetObjectAsync(address.Bucket, address.Prefix + key, cancellationToken);
                await consume(response.ContentLength, target => CopyAsync(response.ResponseStream, target, cancellationToken));
                return true;
            }
            catch (AmazonS3Exception answer) when (S3Answer.IsAbsent(answer))
            {
                return false;
            }
            catch (BrokenException) when (attempt < AttemptsMax)
            {
                ObjectMetrics.BodyBroken();
            }
        }
    }

    private static async Task CopyAsync(Stream body, Stream target, CancellationToken cancellationToken)
    {
        byte[] buffer = new byte[BufferBytes];
        while (await ReadSomeAsync(body, buffer, cancellationToken) is > 0 and int count)
            await target.WriteAsync(buffer.AsMemory(0, count), cancellationToken);
    }

    private static async Task<int> ReadSomeAsync(Stream body, byte[] buffer, CancellationToken cancellationToken)
    {
        try
        {
            return await body.ReadAsync(buffer, cancellationToken);
        }
        catch (Exception broken) when (S3Answer.IsBrokenConnection(broken) && !cancellationToken.IsCancellationRequested)
        {
            throw new BrokenException(broken.Message, broken);
        }
    }

    /// <summary>The last attempt's end.</summary>
    internal sealed class BrokenException(string message, Exception cause) : IOException(message, cause);
}
