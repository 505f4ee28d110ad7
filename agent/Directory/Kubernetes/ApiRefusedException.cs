namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The API server answered, and said no.</summary>
/// <param name="code">The status: of HTTP, or of an ERROR event in a watch, which stand for the same.</param>
/// <param name="message">What the server said.</param>
internal sealed class ApiRefusedException(int code, string message) : Exception(message)
{
    /// <summary>The server no longer has what was asked to go on from: list anew.</summary>
    public bool IsExpired => code == 410;

    /// <summary>The agent may not read this kind, or the cluster has no such kind.</summary>
    public bool IsDenied => code is 403 or 404;
}
