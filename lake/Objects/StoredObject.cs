namespace FlowLake.Lake.Objects;

/// <summary>An object as a listing shows it.</summary>
/// <param name="Key">Its key, relative to the store.</param>
/// <param name="Size">Length of its content in bytes.</param>
/// <param name="LastModified">When it was put, in UTC, by the store's clock.</param>
public sealed record StoredObject(string Key, long Size, DateTimeOffset LastModified);
