using FlowLake.Agent.Directory.Kubernetes;
using Xunit;

namespace FlowLake.Tests.Agent.Directory.Kubernetes;

public sealed class PodFoldersTests
{
    private const string Uid = "8d035ee72d2d43e58710c515dd19d4a0";

    [Theory]
    [InlineData("kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice")]
    [InlineData("kubepods.slice/kubepods-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice")]
    [InlineData("kubepods/burstable/pod8d035ee7-2d2d-43e5-8710-c515dd19d4a0")]
    [InlineData("kubepods/pod8d035ee72d2d43e58710c515dd19d4a0")]
    [InlineData("system.slice/docker-77.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice")]
    [InlineData("docker/77/kubelet/kubepods/besteffort/pod8d035ee7-2d2d-43e5-8710-c515dd19d4a0")]
    public void A_pod_is_found_below_every_driver_and_inside_a_container(string path)
    {
        using var folder = new TemporaryFolder();
        System.IO.Directory.CreateDirectory(Path.Combine(folder[path], "cri-containerd-1.scope"));

        var found = Assert.Single(new PodFolders(folder.Path).Find());

        Assert.Equal((Uid, path), (found.Key, found.Value));
    }

    [Theory]
    [InlineData("kubepods.slice")]
    [InlineData("kubepods-besteffort.slice")]
    [InlineData("pod")]
    [InlineData("pods")]
    [InlineData("podman-8d035ee72d2d43e58710c515dd19d4a0")]
    [InlineData("libpod-8d035ee72d2d43e58710c515dd19d4a08d035ee72d2d43e58710c515dd19d4a0.scope")]
    public void Other_names_are_no_pods(string name) => Assert.Null(PodFolders.UidOf(name));
}
