namespace FlowLake.Agent.Bpf.Interop;

/// <summary>A pinned map, opened. Keys and values are copied byte by byte, so their types must have the kernel's layout.</summary>
internal sealed class BpfMap<TKey, TValue> : IDisposable
    where TKey : unmanaged
    where TValue : unmanaged
{
    private const int BatchEntries = 256;

    private readonly FileDescriptor descriptor;
    private readonly string path;

    private BpfMap(FileDescriptor descriptor, string path)
    {
        this.descriptor = descriptor;
        this.path = path;
    }

    /// <summary>What another map's value must be to hold this map.</summary>
    internal uint AsValue => (uint)descriptor.DangerousGetHandle();

    internal uint Id => BpfPin.Info<Libbpf.MapInfo>(descriptor).Id;

    internal static unsafe BpfMap<TKey, TValue> Open(string path)
    {
        var descriptor = BpfPin.Open(path);
        var info = BpfPin.Info<Libbpf.MapInfo>(descriptor);
        if (info.KeySize == sizeof(TKey) && info.ValueSize == sizeof(TValue))
            return new BpfMap<TKey, TValue>(descriptor, path);
        descriptor.Dispose();
        throw BpfException.Because(
            $"{path} has keys of {info.KeySize} and values of {info.ValueSize} bytes, not {sizeof(TKey)} and {sizeof(TValue)}");
    }

    /// <summary>The value, or null where there is none.</summary>
    internal unsafe TValue? Find(TKey key)
    {
        TValue value;
        var result = Libbpf.Kernel.Lookup(descriptor, &key, &value);
        return result == -Linux.NoSuchFile ? null : result < 0 ? throw BpfException.Of("look up in", path, -result) : value;
    }

    internal unsafe void Set(TKey key, TValue value)
    {
        var result = Libbpf.Kernel.Update(descriptor, &key, &value, 0);
        if (result < 0)
            throw BpfException.Of("update", path, -result);
    }

    /// <summary>False where the map is full.</summary>
    internal unsafe bool TrySet(TKey key, TValue value)
    {
        var result = Libbpf.Kernel.Update(descriptor, &key, &value, 0);
        return result is -Linux.TooBig or -Linux.NoMemory ? false : result < 0 ? throw BpfException.Of("update", path, -result) : true;
    }

    /// <summary>Removes the key if it is there.</summary>
    internal unsafe void Remove(TKey key)
    {
        var result = Libbpf.Kernel.Delete(descriptor, &key);
        if (result is < 0 and not -Linux.NoSuchFile)
            throw BpfException.Of("delete in", path, -result);
    }

    internal unsafe bool IsEmpty()
    {
        TKey key;
        return Libbpf.Kernel.NextKey(descriptor, null, &key) == -Linux.NoSuchFile;
    }

    /// <summary>Hands every entry of a map nobody changes meanwhile to the visitor, each once.</summary>
    internal void Read(Action<TKey, TValue> visit)
    {
        if (!TryBatches(remove: false, visit))
            ReadOneByOne(visit);
    }

    /// <summary>Removes every entry.</summary>
    internal unsafe void Clear()
    {
        if (TryBatches(remove: true, static (_, _) => { }))
            return;
        TKey key;
        while (Libbpf.Kernel.NextKey(descriptor, null, &key) == 0)
            Remove(key);
    }

    public void Dispose() => descriptor.Dispose();

    /// <summary>False, before anything was visited, where the kernel has no batches for this map.</summary>
    private unsafe bool TryBatches(bool remove, Action<TKey, TValue> visit)
    {
        var keys = new TKey[BatchEntries];
        var values = new TValue[BatchEntries];
        uint place = 0;
        for (var first = true; ; first = false)
        {
            var count = (uint)BatchEntries;
            int result;
            uint next = 0;
            fixed (TKey* keyStart = keys)
            fixed (TValue* valueStart = values)
            {
                result = remove
                    ? Libbpf.Kernel.LookupAndDeleteBatch(descriptor, first ? null : &place, &next, keyStart, valueStart, ref count, 0)
                    : Libbpf.Kernel.LookupBatch(descriptor, first ? null : &place, &next, keyStart, valueStart, ref count, 0);
            }
            if (first && result is -Linux.NotSupported or -Linux.OperationNotSupported or -Linux.InvalidArgument)
                return false;
            if (result is < 0 and not -Linux.NoSuchFile)
                throw BpfException.Of("read", path, -result);
            for (var index = 0; index < count; index++)
                visit(keys[index], values[index]);
            if (result < 0)
                return true;
            place = next;
        }
    }

    private unsafe void ReadOneByOne(Action<TKey, TValue> visit)
    {
        TKey key;
        TKey next;
        for (var result = Libbpf.Kernel.NextKey(descriptor, null, &next); result == 0; result = Libbpf.Kernel.NextKey(descriptor, &key, &next))
        {
            key = next;
            if (Find(key) is { } value)
                visit(key, value);
        }
    }
}
