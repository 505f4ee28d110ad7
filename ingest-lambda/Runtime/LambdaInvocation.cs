namespace FlowLake.Ingest.Runtime;

/// <summary>One invocation as the Runtime API hands it out.</summary>
/// <param name="RequestId">Its id, with which it is answered.</param>
/// <param name="Deadline">When the function is stopped by force.</param>
internal sealed record LambdaInvocation(string RequestId, DateTimeOffset Deadline);
