namespace FlowLake.Lake.Objects;

/// <summary>A remote store could not be reached, or refused. The message names the store, the deed and what the store said.</summary>
public sealed class ObjectStoreException : IOException
{
    public ObjectStoreException()
    {
    }

    public ObjectStoreException(string message)
        : base(message)
    {
    }

    public ObjectStoreException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
