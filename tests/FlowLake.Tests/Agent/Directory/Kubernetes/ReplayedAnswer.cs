namespace FlowLake.Tests.Agent.Directory.Kubernetes;

/// <summary>How a replayed answer ends.</summary>
internal enum AnswerEnd
{
    /// <summary>As HTTP wants it.</summary>
    Whole,

    /// <summary>The connection is cut in the middle of its last quarter.</summary>
    Cut,

    /// <summary>It stays open, as a watch in which nothing happens.</summary>
    Open,
}

/// <summary>A recorded answer.</summary>
/// <param name="File">Its name in Data/kube-api; null for the head of a watch and no event.</param>
/// <param name="End">How it ends.</param>
/// <param name="Edit">What was changed in its body; null for a body as it was recorded.</param>
internal sealed record ReplayedAnswer(string? File, AnswerEnd End = AnswerEnd.Whole, Func<byte[], byte[]>? Edit = null)
{
    public static readonly ReplayedAnswer Silence = new(null, AnswerEnd.Open);
}
