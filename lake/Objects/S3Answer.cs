using System.Net;
using Amazon.Runtime;
using Amazon.S3;

namespace FlowLake.Lake.Objects;

/// <summary>What an exception of the SDK means. It wraps everything from a refusal to a cut cable, so this looks at status and cause.</summary>
internal static class S3Answer
{
    public static bool IsAbsent(AmazonS3Exception answer) => answer.ErrorCode is "NoSuchKey" or "NotFound";

    /// <summary>The outcome of a put-if-absent that threw, or null where it certainly did nothing and the caller must know why.</summary>
    public static PutOutcome? Outcome(Exception failure) => failure switch
    {
        AmazonS3Exception { StatusCode: HttpStatusCode.PreconditionFailed } => PutOutcome.AlreadyExists.Instance,
        AmazonServiceException answer when IsDoubtful(answer) => new PutOutcome.Unknown($"{(int)answer.StatusCode} {answer.ErrorCode}: {answer.Message}"),
        _ when IsBrokenConnection(failure) => new PutOutcome.Unknown($"no answer: {Innermost(failure).Message}"),
        _ => null,
    };

    /// <summary>Whether the failure is the network's or a time-out's rather than a refusal.</summary>
    public static bool IsBrokenConnection(Exception failure)
    {
        for (Exception? cause = failure; cause is not null; cause = cause.InnerException)
        {
            if (cause is HttpRequestException or IOException or OperationCanceledException or TimeoutException or System.Net.Sockets.SocketException)
                return true;
        }
        return false;
    }

    public static ObjectStoreException Refusal(S3Address address, string deed, Exception failure)
    {
        string said = failure is AmazonServiceException { StatusCode: not 0 } answer ? $"{(int)answer.StatusCode} {answer.ErrorCode}: {answer.Message}" : failure.Message;
        string remedy = failure switch
        {
            AmazonS3Exception { ErrorCode: "NoSuchBucket" } => " Create the bucket, or correct its name.",
            AmazonS3Exception { StatusCode: HttpStatusCode.Forbidden } => " Give these credentials s3:ListBucket on the bucket, and s3:GetObject, s3:PutObject and s3:DeleteObject on its objects.",
            AmazonS3Exception { StatusCode: HttpStatusCode.MovedPermanently } => " The bucket is in another region: write it as ?region=name.",
            _ when IsBrokenConnection(failure) => $" Is {address.Endpoint?.AbsoluteUri ?? "AWS"} reachable from here?",
            _ => "",
        };
        return new ObjectStoreException($"{address.Location}: cannot {deed}: {said}{remedy}", failure);
    }

    // 409 is S3's answer to a put beside another conditional one; 429 and 400 RequestTimeout most likely did nothing, but nobody promises it.
    private static bool IsDoubtful(AmazonServiceException answer) =>
        (int)answer.StatusCode >= 500 || answer.StatusCode is HttpStatusCode.Conflict or HttpStatusCode.TooManyRequests or HttpStatusCode.OK || answer.ErrorCode == "RequestTimeout";

    private static Exception Innermost(Exception failure) => failure.InnerException is { } cause ? Innermost(cause) : failure;
}
