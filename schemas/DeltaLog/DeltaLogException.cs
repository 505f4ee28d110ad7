namespace FlowLake.Schemas.DeltaLog;

/// <summary>The log of a table cannot be read, or must not be by this program. The message names the object and the way out.</summary>
public sealed class DeltaLogException : Exception
{
    public DeltaLogException()
    {
    }

    public DeltaLogException(string message)
        : base(message)
    {
    }

    public DeltaLogException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
