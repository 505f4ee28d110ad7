using System.Text;

namespace FlowLake.Lake.Objects;

/// <summary>Where in which S3 a store lies.</summary>
internal sealed record S3Address
{
    /// <summary>Longest prefix in bytes of UTF-8: what S3's 1,024 leave beside the longest key and a slash.</summary>
    public const int PrefixBytesMax = 1024 - 1 - ObjectKey.BytesMax;

    /// <param name="bucket">The bucket's name.</param>
    /// <param name="prefix">Begins every object's name in the bucket, without slashes around it; empty for none.</param>
    /// <param name="endpoint">A server other than AWS, addressed in path style; null for AWS.</param>
    /// <param name="region">The region; null for us-east-1 at an endpoint, and for the environment's at AWS.</param>
    public S3Address(string bucket, string prefix, Uri? endpoint, string? region)
    {
        if (Encoding.UTF8.GetByteCount(prefix) > PrefixBytesMax)
            throw new ArgumentException($"its prefix is longer than {PrefixBytesMax} bytes");
        (Bucket, Prefix, Endpoint, Region) = (bucket, prefix.Length == 0 ? "" : prefix + "/", endpoint, region);
        Location = new UriBuilder("s3", bucket, -1, string.Join('/', prefix.Split('/').Select(Uri.EscapeDataString))).Uri;
    }

    public string Bucket { get; }

    /// <summary>Empty, or ends with a slash: put it before a key and it is the object's name.</summary>
    public string Prefix { get; }

    public Uri? Endpoint { get; }

    public string? Region { get; }

    public Uri Location { get; }
}
