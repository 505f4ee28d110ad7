namespace FlowLake.Lake.Objects;

/// <summary>What a put-if-absent answered. All three are expected: a caller must be ready for each.</summary>
public abstract record PutOutcome
{
    private PutOutcome()
    {
    }

    /// <summary>The object did not exist; it does now, with this content, and durably.</summary>
    public sealed record Created : PutOutcome
    {
        public static Created Instance { get; } = new();
    }

    /// <summary>
    /// An object of that key exists, and was not touched. Behind a proxy or load balancer that sends a request again it can be this very put's:
    /// a caller to whom that matters compares the content.
    /// </summary>
    public sealed record AlreadyExists : PutOutcome
    {
        public static AlreadyExists Instance { get; } = new();
    }

    /// <summary>The answer was lost or doubtful (a time-out, a cut connection, a 5xx, or 409): read the key to know; if it is absent, put again.</summary>
    /// <param name="Reason">What was seen instead of an answer, for a person.</param>
    public sealed record Unknown(string Reason) : PutOutcome;
}
