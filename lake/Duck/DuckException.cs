namespace FlowLake.Lake.Duck;

/// <summary>The engine refused or failed. The message is the engine's own; it may name files and shows parts of the statement.</summary>
public sealed class DuckException : Exception
{
    public DuckException(DuckErrorType errorType, string message) : base(message) => ErrorType = errorType;

    public DuckException(DuckErrorType errorType, string message, Exception inner) : base(message, inner) => ErrorType = errorType;

    /// <summary>Kind of error. After <see cref="DuckErrorType.Fatal"/> or <see cref="DuckErrorType.Internal"/> the database must be closed.</summary>
    public DuckErrorType ErrorType { get; }
}
