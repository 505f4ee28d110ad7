using System.Collections.Specialized;
using System.Web;

namespace FlowLake.Lake.Objects;

/// <summary>Opens a store from the text a user writes.</summary>
public static class ObjectStores
{
    /// <summary>Largest object that <see cref="IObjectStore.ReadAsync"/> takes into memory, in bytes: 256 MiB.</summary>
    public const int ReadBytesMax = 256 << 20;

    private const string Forms = "a folder, file:///folder, or s3://bucket/prefix?endpoint=http://host:port&region=name";

    /// <summary>
    /// Opens the store at <paramref name="lake"/>: a path or <c>file:///path</c> (its folder is made by the first write), or
    /// <c>s3://bucket/prefix?endpoint=http://host:port&amp;region=name</c>. Prefix, endpoint and region are optional: without an endpoint it is AWS, and the region
    /// comes from the environment as for every AWS tool; with one it is any server that speaks S3, and the region is us-east-1. Credentials come from the
    /// AWS default chain alone (environment, web identity, pod identity, profile, instance). Nothing is contacted yet.
    /// </summary>
    /// <exception cref="FormatException">The text names no store; the message says what is wrong and what would be right.</exception>
    public static IObjectStore Open(string lake, TimeProvider? timeProvider = null)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(lake);
        timeProvider ??= TimeProvider.System;
        if (!lake.Contains("://", StringComparison.Ordinal))
            return new DirectoryObjectStore(lake, timeProvider);
        if (!Uri.TryCreate(lake, UriKind.Absolute, out Uri? address))
            throw Malformed(lake, "it is no URL");
        return address.Scheme switch
        {
            "file" when address.Host.Length == 0 && address.Query.Length == 0 => new DirectoryObjectStore(address.LocalPath, timeProvider),
            "file" => throw Malformed(lake, "a file URL has no host and no options, and three slashes"),
            "s3" => new S3ObjectStore(S3Address(lake, address), timeProvider),
            _ => throw Malformed(lake, $"there is no store for {address.Scheme}:"),
        };
    }

    private static S3Address S3Address(string lake, Uri address)
    {
        if (address.UserInfo.Length > 0)
            throw Malformed(lake: $"s3://...@{address.Host}", "credentials never stand in the address: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or give the machine or pod a role");
        if (address.Host.Length == 0 || address.Port >= 0)
            throw Malformed(lake, "after s3:// comes the bucket alone; a host belongs into endpoint=");
        string prefix = Uri.UnescapeDataString(address.AbsolutePath).Trim('/');
        if (prefix.Length > 0 && !ObjectKey.IsValid(prefix))
            throw Malformed(lake, $"\"{prefix}\" cannot begin an object's key");
        NameValueCollection options = HttpUtility.ParseQueryString(address.Query);
        if (options.AllKeys.FirstOrDefault(name => name is not ("endpoint" or "region")) is { } unknown)
            throw Malformed(lake: $"s3://{address.Host}{address.AbsolutePath}", $"\"{unknown}\" is no option; there are endpoint and region");
        Uri? endpoint = null;
        if (options["endpoint"] is { } text && !(Uri.TryCreate(text, UriKind.Absolute, out endpoint) && endpoint.Scheme is "http" or "https"))
            throw Malformed(lake, $"endpoint \"{text}\" is no http or https URL");
        try
        {
            return new S3Address(address.Host, prefix, endpoint, options["region"]);
        }
        catch (ArgumentException tooLong)
        {
            throw Malformed(lake, tooLong.Message);
        }
    }

    private static FormatException Malformed(string lake, string complaint) => new($"\"{lake}\" is no lake: {complaint}. Write {Forms}.");
}
