namespace FlowLake.Lake.Objects;

/// <summary>How long requests to S3 wait.</summary>
internal sealed record S3Timeouts
{
    /// <summary>For the answer to a put-if-absent, of which nobody knows afterwards what it did. The default is 30 seconds.</summary>
    public TimeSpan PutIfAbsent { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>For an answer's head, and for each next bytes of its body (<see cref="SilenceLimit"/>). The default is a minute.</summary>
    public TimeSpan Silence { get; init; } = TimeSpan.FromMinutes(1);
}
