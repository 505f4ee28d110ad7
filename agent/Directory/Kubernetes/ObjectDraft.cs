using System.Runtime.InteropServices;
using System.Text.Json;

namespace FlowLake.Agent.Directory.Kubernetes;

/// <summary>
/// The fields of an object as they are met. One draft serves a watch for all its objects: reading a pod that is known as it is makes no object at all.
/// Not safe for several threads.
/// </summary>
/// <param name="names">Where names that come again are kept.</param>
internal sealed class ObjectDraft(NamePool names)
{
    private readonly List<AddressKey> addresses = [];
    private readonly List<AddressRange> ranges = [];
    private readonly List<ObjectPort> ports = [];

    public NamePool Names => names;

    public string Namespace { get; set; } = "";

    public TextBuffer Name { get; } = new();

    public TextBuffer Uid { get; } = new();

    /// <summary>The object's version; empty where it has none.</summary>
    public TextBuffer Version { get; } = new();

    /// <summary>Of a static pod the hash of its file, which is its uid on the node: the API server's object is only a mirror with another.</summary>
    public TextBuffer StaticHash { get; } = new();

    public DateTimeOffset Created { get; set; }

    /// <summary>What controls it.</summary>
    public OwnerName? Owner { get; set; }

    /// <summary>A node's zone, or a pod's copy of it, which newer API servers give it.</summary>
    public string? Zone { get; set; }

    public string? ZoneId { get; set; }

    public string? Region { get; set; }

    /// <summary>The Service a slice is of.</summary>
    public string? Service { get; set; }

    /// <summary>What the annotation <see cref="ObservationScope.Annotation"/> decides.</summary>
    public bool? Observe { get; set; }

    /// <summary>Where a pod runs; empty while it is not placed.</summary>
    public string Node { get; set; } = "";

    public bool HostNetwork { get; set; }

    /// <summary>A pod's containers have all ended and none comes back: the address may be another's.</summary>
    public bool HasEnded { get; set; }

    /// <summary>When the kubelet took a pod on, before it had an address; default where it does not say.</summary>
    public DateTimeOffset Started { get; set; }

    /// <summary>It is a pod of FlowLake's agent, by its label.</summary>
    public bool IsAgent { get; set; }

    /// <summary>A pod's condition Ready.</summary>
    public bool IsReady { get; set; }

    /// <summary>The addresses, each once, in the order met.</summary>
    public ReadOnlySpan<AddressKey> Addresses => CollectionsMarshal.AsSpan(addresses);

    /// <summary>The uid a pod's cgroup is named by, 32 hexadecimal digits: of a static pod that of its file, not of its mirror.</summary>
    public string CgroupUid => PodCgroupName.Plain(WrittenUid.ToString());

    private TextBuffer WrittenUid => StaticHash.IsEmpty ? Uid : StaticHash;

    /// <summary>Whether <see cref="CgroupUid"/> is this, without making it.</summary>
    public bool HasCgroupUid(string plain) => PodCgroupName.IsPlain(plain, WrittenUid.Text);

    /// <summary>Makes room for the next object.</summary>
    public void Clear()
    {
        Name.Clear();
        Uid.Clear();
        Version.Clear();
        StaticHash.Clear();
        addresses.Clear();
        ranges.Clear();
        ports.Clear();
        (Namespace, Node) = ("", "");
        (Zone, ZoneId, Region, Service) = (null, null, null, null);
        (Created, Started) = (default, default);
        (Owner, Observe) = (null, null);
        (HostNetwork, HasEnded, IsAgent, IsReady) = (false, false, false, false);
    }

    /// <summary>Takes what the reader stands on where it is an address; a headless Service says "None", a load balancer or a node may say a name.</summary>
    public void AddAddress(ref Utf8JsonReader reader)
    {
        Span<byte> text = stackalloc byte[AddressText.BytesMax];
        if (reader.ValueSpan.Length <= text.Length && AddressText.TryRead(text[..reader.CopyString(text)], out var address) && !addresses.Contains(address))
            addresses.Add(address);
    }

    /// <summary>Takes what the reader stands on where it is a range of addresses.</summary>
    public void AddRange(ref Utf8JsonReader reader)
    {
        if (AddressRange.TryParse(reader.GetString(), out var range) && !ranges.Contains(range))
            ranges.Add(range);
    }

    public void AddPort(ObjectPort port) => ports.Add(port);

    public NodeObject ToNode() => new(Name.ToString(), Zone, ZoneId, Region, new([.. addresses]), new([.. ranges]));

    public ServiceObject ToService() => new(Namespace, Name.ToString(), new([.. addresses]), new([.. ports]));

    /// <param name="service">The Service it is of.</param>
    public EndpointSliceObject ToSlice(string service) => new(Namespace, Name.ToString(), service, new([.. addresses]), new([.. ports]));
}
