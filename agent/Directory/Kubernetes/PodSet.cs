namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>The pods by namespace and name, chained through themselves: a reference a bucket is all it takes. Not safe for several threads.</summary>
internal sealed class PodSet
{
    /// <summary>Most pods to a bucket, on average.</summary>
    private const int PodsOfBucket = 2;

    private PodClaim?[] buckets = new PodClaim?[1 << 8];

    public int Count { get; private set; }

    public IEnumerable<PodClaim> All
    {
        get
        {
            foreach (var first in buckets)
            {
                for (var pod = first; pod is not null; pod = pod.Next)
                    yield return pod;
            }
        }
    }

    public PodClaim? Find(string ns, ReadOnlySpan<char> name)
    {
        for (var pod = BucketOf(ns, name); pod is not null; pod = pod.Next)
        {
            if (pod.Is(ns, name))
                return pod;
        }

        return null;
    }

    /// <summary>Adds a pod of a name that no other has.</summary>
    public void Add(PodClaim pod)
    {
        if (Count >= buckets.Length * PodsOfBucket)
            Grow();
        Link(pod);
        Count++;
    }

    /// <summary>Takes out a pod that is in.</summary>
    public void Remove(PodClaim pod)
    {
        ref var link = ref BucketOf(pod);
        while (!ReferenceEquals(link, pod))
            link = ref link!.Next;
        link = pod.Next;
        pod.Next = null;
        Count--;
    }

    private void Grow()
    {
        var old = buckets;
        buckets = new PodClaim?[old.Length * 2];
        foreach (var first in old)
        {
            for (var pod = first; pod is not null;)
            {
                var next = pod.Next;
                Link(pod);
                pod = next;
            }
        }
    }

    private void Link(PodClaim pod)
    {
        ref var bucket = ref BucketOf(pod);
        pod.Next = bucket;
        bucket = pod;
    }

    private ref PodClaim? BucketOf(PodClaim pod)
    {
        Span<char> name = stackalloc char[PodClaim.NameMax];
        return ref BucketOf(pod.Group.Namespace, name[..pod.CopyName(name)]);
    }

    private ref PodClaim? BucketOf(string ns, scoped ReadOnlySpan<char> name) => ref buckets[HashCode.Combine(ns, string.GetHashCode(name)) & (buckets.Length - 1)];
}
