using Amazon;
using Amazon.Runtime;
using Amazon.S3;

namespace FlowLake.Lake.Objects;

/// <summary>Makes the SDK's clients. Credentials come from the SDK's default chain: environment, web identity, profile, pod identity or container, instance.</summary>
internal static class S3Client
{
    /// <summary>After the first attempt, with the SDK's own waits between them and its own token bucket against retry storms.</summary>
    private const int RetriesMax = 4;

    /// <summary>For all that may be done twice.</summary>
    public static AmazonS3Client Retrying(S3Address address, TimeSpan silence, TimeProvider timeProvider)
    {
        AmazonS3Config config = Config(address, silence, timeProvider);
        config.RetryMode = RequestRetryMode.Standard;
        config.MaxErrorRetry = RetriesMax;
        return Create(address, config);
    }

    /// <summary>For what must be sent once.</summary>
    public static AmazonS3Client Single(S3Address address, TimeSpan silence, TimeProvider timeProvider)
    {
        AmazonS3Config config = Config(address, silence, timeProvider);
        config.MaxErrorRetry = 0;
        // Counted apart from the retries above, and 10 by default: a connection reset after the request was carried out would send it again,
        // and the second answer, 412, would be about our own object.
        config.MaxStaleConnectionRetries = 0;
        return Create(address, config);
    }

    private static AmazonS3Config Config(S3Address address, TimeSpan silence, TimeProvider timeProvider)
    {
        var config = new AmazonS3Config { HttpClientFactory = new S3HttpClients(silence, timeProvider), HttpClientCacheSize = 1 };
        if (address.Endpoint is { } endpoint)
        {
            config.ServiceURL = endpoint.AbsoluteUri;
            config.ForcePathStyle = true;
            config.AuthenticationRegion = address.Region ?? RegionEndpoint.USEast1.SystemName;
            // Servers other than AWS know the newer checksums in part, or not at all.
            config.RequestChecksumCalculation = RequestChecksumCalculation.WHEN_REQUIRED;
            config.ResponseChecksumValidation = ResponseChecksumValidation.WHEN_REQUIRED;
        }
        else if (address.Region is { } region)
        {
            config.RegionEndpoint = RegionEndpoint.GetBySystemName(region);
        }
        return config;
    }

    private static AmazonS3Client Create(S3Address address, AmazonS3Config config)
    {
        try
        {
            return new AmazonS3Client(config);
        }
        catch (AmazonClientException failure)
        {
            throw new ObjectStoreException(
                $"{address.Location}: {failure.Message} Set AWS_REGION or write s3://{address.Bucket}/...?region=name (for a server other than AWS, endpoint=http://host:port).", failure);
        }
    }
}
