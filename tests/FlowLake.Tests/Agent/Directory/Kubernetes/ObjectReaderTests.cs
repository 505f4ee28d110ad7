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
        Assert.Equal(decision, Assert.IsType<NamespaceObject>(Read("""{"metadata":{"name":"app","annotations":""" + annotations + "}}", ResourceKind.Namespaces)).Observe);
    }

    [Fact]
    public void A_label_of_that_name_decides_nothing() =>
        Assert.Null(Assert.IsType<NamespaceObject>(Read("""{"metadata":{"name":"app","labels":{"flowlake.io/observe":"false"}}}""", ResourceKind.Namespaces)).Observe);

    private static PodObject Pod(string annotations) =>
        Assert.IsType<PodObject>(Read($$$"""{"metadata":{"namespace":"app","name":"p","uid":"{{{Uid}}}","annotations":{{{annotations}}}},"spec":{"nodeName":"node-a"}}""", ResourceKind.Pods));

    private static ClusterObject? Read(string json, ResourceKind kind) => ObjectReader.Read(Encoding.UTF8.GetBytes(json), kind, new NamePool()).Object;
}
