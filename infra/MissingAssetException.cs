namespace FlowLake.Infra;

/// <summary>The function has not been packaged; the message says what to run.</summary>
public sealed class MissingAssetException(string message) : Exception(message);
