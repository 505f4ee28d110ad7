using System.Text;
using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

public sealed class ObjectReaderTests
{
    private const string Uid = "8d035ee7-2d2d-43e5-8710-c515dd19d4a0";
    private const string Hash = "0123456789abcdef0123456789abcdef";

    [Theory]
    [InlineData("{}", "8d035ee72d2d43e58710c515dd19d4a0")]
    [InlineData($$"""{"kubernetes.io/config.hash":"{{Hash}}","kubernetes.io/config.mirror":"{{Hash}}","kubernetes.io/config.source":"file"}""", Hash)]
    [InlineData($$"""{"kubernetes.io/config.mirror":"{{Hash}}"}""", Hash)]
    public void A_static_pods_cgroup_is_named_by_the_hash_of_its_file(string annotations, string uid) => Assert.Equal(uid, Pod(annotations).CgroupUid);

    [Theory]
    [InlineData("""{"flowlake.io/observe":"true"}""", true)]
    [InlineData("""{"flowlake.io/observe":"false"}""", false)]
    [InlineData("""{"flowlake.io/observe":"maybe"}""", null)]
    [InlineData("{}", null)]
    [InlineData("null", null)]
    public void A_pods_or_a_namespaces_annotation_decides(string annotations, bool? decision)
    {
        Assert.Equal(decision, Pod(annotations).Observe);
        Assert.Equal(decision, Read("""{"metadata":{"name":"app","annotations":""" + annotations + "}}").Observe);
    }

    [Fact]
    public void A_label_of_that_name_decides_nothing() =>
        Assert.Null(Read("""{"metadata":{"name":"app","labels":{"flowlake.io/observe":"false"}}}""").Observe);

    [Fact]
    public void Nothing_of_an_object_is_left_in_the_next()
    {
        var draft = new ObjectDraft(new NamePool());
        var empty = Fields(draft);
        ObjectReader.Read("""
            {"metadata":{"namespace":"app","name":"p","uid":"u","resourceVersion":"7","creationTimestamp":"2026-11-21T02:41:19Z","annotations":{"flowlake.io/observe":"true","kubernetes.io/config.hash":"h"},
            "labels":{"topology.kubernetes.io/zone":"z","topology.k8s.aws/zone-id":"i","topology.kubernetes.io/region":"r","kubernetes.io/service-name":"s","app.kubernetes.io/name":"flowlake-agent"},
            "ownerReferences":[{"kind":"ReplicaSet","name":"o","controller":true}]},"spec":{"nodeName":"n","hostNetwork":true,"podCIDR":"10.0.0.0/24","ports":[{"port":80}]},
            "status":{"phase":"Failed","startTime":"2026-11-21T02:41:20Z","podIP":"10.0.0.1","conditions":[{"type":"Ready","status":"True"}]}}
            """u8, draft);
        Assert.All(empty.Zip(Fields(draft)), pair => Assert.NotEqual(pair.First, pair.Second));

        ObjectReader.Read("{}"u8, draft);

        Assert.Equal(empty, Fields(draft));
    }

    // The ranges and ports show in the objects made of it.
    private static string[] Fields(ObjectDraft draft) =>
    [
        .. typeof(ObjectDraft).GetProperties().Where(property => property.Name is not nameof(ObjectDraft.Names) and not nameof(ObjectDraft.Addresses)).Select(property => $"{property.Name}={property.GetValue(draft)}"),
        $"addresses={draft.Addresses.Length}", $"ranges={draft.ToNode().PodRanges.Items.Length}", $"ports={draft.ToService().Ports.Items.Length}",
    ];

    private static ObjectDraft Pod(string annotations) =>
        Read($$$"""{"metadata":{"namespace":"app","name":"p","uid":"{{{Uid}}}","annotations":{{{annotations}}}},"spec":{"nodeName":"node-a"}}""");

    private static ObjectDraft Read(string json)
    {
        var draft = new ObjectDraft(new NamePool());
        ObjectReader.Read(Encoding.UTF8.GetBytes(json), draft);
        return draft;
    }
}
