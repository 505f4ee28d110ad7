namespace FlowLake.Agent.Directory;

/// <summary>Who held which address from when to when, as claims that do not know of each other: whoever asks takes the one that fits best.</summary>
/// <remarks>
/// Guarantees: 1. a claim that ended is found for the time it held, until <see cref="Forget"/>; 2. the order in which claims come does not matter, so each
/// change of the cluster is applied by itself; 3. at most <see cref="ClaimsMax"/> claims, those beyond are refused and counted. Not safe for several threads.
/// Claims are structs in pages, chained by hash: 48 bytes each and no object. A dictionary of lists took five times that. Where many were forgotten, as
/// after a rollout of everything, the others move together and the pages behind them are given back.
/// </remarks>
internal sealed class ClaimTable
{
    /// <summary>Most claims, ended ones included.</summary>
    public const int ClaimsMax = 4_000_000;

    /// <summary>Where a chain ends.</summary>
    public const int None = -1;

    private const int PageClaims = 1 << PageBits;
    private const int PageBits = 10;
    private const int BucketsMin = 1 << 8;

    private readonly List<Claim[]> pages = [];
    private int[] buckets = NewBuckets(BucketsMin);
    private int free = None;
    private int used;

    /// <summary>Claims now, ended ones included.</summary>
    public int Count { get; private set; }

    /// <summary>Claims there is memory for.</summary>
    public int Room => pages.Count * PageClaims;

    /// <summary>Claims there was no room for.</summary>
    public long Refused { get; private set; }

    /// <summary>From a time on, included, the holder has the address. A pod knows its claims from then on.</summary>
    public void Hold(AddressKey address, AddressHolder holder, DateTimeOffset from)
    {
        if (Count >= ClaimsMax)
        {
            Refused++;
            return;
        }

        if (Count >= buckets.Length)
            Resize(buckets.Length * 2);
        var (index, pod) = (Take(), holder as IPodClaim);
        ref var bucket = ref BucketOf(address);
        At(index) = new Claim { High = (ulong)(address.Bits >> 64), Low = unchecked((ulong)address.Bits), Holder = holder, Start = from.UtcTicks, End = long.MaxValue, Next = bucket, NextOfPod = pod?.Claims ?? None };
        bucket = index;
        pod?.Claims = index;
        Count++;
    }

    /// <summary>Whether the pod's claims are on exactly these addresses, each once.</summary>
    public bool Has(IPodClaim pod, ReadOnlySpan<AddressKey> addresses)
    {
        var count = 0;
        for (var index = pod.Claims; index != None; index = At(index).NextOfPod, count++)
        {
            if (!addresses.Contains(At(index).Address))
                return false;
        }

        return count == addresses.Length;
    }

    /// <summary>All claims of a pod end, and it has none any more.</summary>
    public void EndAll(IPodClaim pod, DateTimeOffset at)
    {
        for (var index = pod.Claims; index != None; index = At(index).NextOfPod)
            At(index).End = at.UtcTicks;
        pod.Claims = None;
    }

    /// <summary>The holder's claim on the address ends, if it has one.</summary>
    public void End(AddressKey address, AddressHolder holder, DateTimeOffset at)
    {
        for (var index = BucketOf(address); index != None; index = At(index).Next)
        {
            ref var claim = ref At(index);
            if (claim.End == long.MaxValue && claim.Address == address && claim.Holder.Equals(holder))
                claim.End = at.UtcTicks;
        }
    }

    /// <summary>
    /// Who held the address within the time, <paramref name="from"/> included and <paramref name="to"/> excluded: of several a pod before a node before a
    /// Service, then who came last. Both observers of a connection so choose alike, and an end that was not reported yet does no harm.
    /// </summary>
    public AddressHolder? Find(AddressKey address, DateTimeOffset from, DateTimeOffset to)
    {
        var best = None;
        for (var index = BucketOf(address); index != None; index = At(index).Next)
        {
            ref var claim = ref At(index);
            if (claim.Address == address && claim.IsWithin(from, to) && (best == None || claim.IsBetterThan(At(best))))
                best = index;
        }

        return best == None ? null : At(best).Holder;
    }

    /// <summary>Everybody who had the address within the time, who came last first.</summary>
    public IEnumerable<AddressHolder> FindAll(AddressKey address, DateTimeOffset from, DateTimeOffset to)
    {
        var found = new List<Claim>();
        for (var index = BucketOf(address); index != None; index = At(index).Next)
        {
            if (At(index).Address == address && At(index).IsWithin(from, to))
                found.Add(At(index));
        }

        return found.OrderByDescending(claim => claim.End == long.MaxValue).ThenByDescending(claim => claim.Start).Select(claim => claim.Holder);
    }

    /// <summary>Drops what ended at or before the time.</summary>
    public void Forget(DateTimeOffset before)
    {
        for (var bucket = 0; bucket < buckets.Length; bucket++)
        {
            ref var link = ref buckets[bucket];
            while (link != None)
            {
                ref var claim = ref At(link);
                if (claim.End > before.UtcTicks)
                {
                    link = ref claim.Next;
                    continue;
                }

                var (gone, next) = (link, claim.Next);
                claim = new Claim { Next = free };
                (free, link) = (gone, next);
                Count--;
            }
        }

        if (Count < used - (used / 4))
            Compact();
    }

    private int Take()
    {
        if (free != None)
        {
            var taken = free;
            free = At(taken).Next;
            return taken;
        }

        if (used == pages.Count * PageClaims)
            pages.Add(new Claim[PageClaims]);
        return used++;
    }

    /// <summary>Moves the last claims into what is free before them, and gives back the rest.</summary>
    private void Compact()
    {
        for (var to = 0; used > Count; used--)
        {
            if (At(used - 1).Holder is null)
                continue;
            while (At(to).Holder is not null)
                to++;
            Move(used - 1, to);
        }

        free = None;
        var needed = (used + PageClaims - 1) / PageClaims;
        pages.RemoveRange(needed, pages.Count - needed);
        while (Count < buckets.Length / 3 && buckets.Length > BucketsMin)
            Resize(buckets.Length / 2);
    }

    private void Move(int from, int to)
    {
        ref var claim = ref At(from);
        ref var link = ref BucketOf(claim.Address);
        while (link != from)
            link = ref At(link).Next;
        link = to;
        if (claim.Holder is IPodClaim pod)
            Relink(pod, from, to);
        At(to) = claim;
        claim = default;
    }

    /// <summary>A pod's claim goes elsewhere. It may be none of those the pod has by now, but one that ended.</summary>
    private void Relink(IPodClaim pod, int from, int to)
    {
        if (pod.Claims == from)
        {
            pod.Claims = to;
            return;
        }

        var index = pod.Claims;
        while (index != None && At(index).NextOfPod != from)
            index = At(index).NextOfPod;
        if (index != None)
            At(index).NextOfPod = to;
    }

    private void Resize(int length)
    {
        var old = buckets;
        buckets = NewBuckets(length);
        foreach (var first in old)
        {
            for (var index = first; index != None;)
            {
                ref var claim = ref At(index);
                ref var bucket = ref BucketOf(claim.Address);
                var next = claim.Next;
                (claim.Next, bucket) = (bucket, index);
                index = next;
            }
        }
    }

    private ref Claim At(int index) => ref pages[index >> PageBits][index & (PageClaims - 1)];

    private ref int BucketOf(AddressKey address) => ref buckets[address.GetHashCode() & (buckets.Length - 1)];

    private static int[] NewBuckets(int length)
    {
        var made = new int[length];
        Array.Fill(made, None);
        return made;
    }

    private struct Claim
    {
        public ulong High;
        public ulong Low;

        // Null in a free one.
        public AddressHolder Holder;

        public long Start;
        public long End;
        public int Next;
        public int NextOfPod;

        public readonly AddressKey Address => new(new UInt128(High, Low));

        public readonly bool IsWithin(DateTimeOffset from, DateTimeOffset to) => Start < to.UtcTicks && End > from.UtcTicks && Start < End;

        public readonly bool IsBetterThan(in Claim other) => (Holder.Rank, Start, End).CompareTo((other.Holder.Rank, other.Start, other.End)) > 0;
    }
}
