using FlowLake.Agent.Directory;
using Xunit;

namespace FlowLake.Tests.Agent.Directory;

/// <summary>Folders as kubelets, container runtimes and clusters in containers name them, to the pods they are of.</summary>
public sealed class PodCgroupTableTests
{
    private const string Uid = "8d035ee72d2d43e58710c515dd19d4a0";
    private const string Other = "0123456789abcdef0123456789abcdef";
    private const string Container = "5e2b1b3f7c5f0d0f3a6d7a2b8c9e0f1a5e2b1b3f7c5f0d0f3a6d7a2b8c9e0f1a";

    private static readonly PodEntry pod = new("app", "pod", "node-a", null, null);
    private static readonly PodEntry other = new("app", "other", "node-a", null, null);
    private static readonly PodCgroupTable table = new([new(pod, null, Uid), new(other, null, Other)]);

    [Theory]
    // systemd driver; containerd, CRI-O (with its conmon beside the container), dockershim's successor cri-dockerd
    [InlineData($"kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice/cri-containerd-{Container}.scope")]
    [InlineData($"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice/crio-{Container}.scope")]
    [InlineData($"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice/crio-{Container}.scope/container")]
    [InlineData($"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice/crio-conmon-{Container}.scope")]
    [InlineData($"kubepods.slice/kubepods-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice/docker-{Container}.scope")]
    [InlineData("kubepods.slice/kubepods-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice")]
    // a system container that runs systemd itself, cgroups of its own below the container's
    [InlineData($"kubepods.slice/kubepods-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice/cri-containerd-{Container}.scope/init.scope")]
    // cgroupfs driver; containerd, CRI-O
    [InlineData($"kubepods/burstable/pod8d035ee7-2d2d-43e5-8710-c515dd19d4a0/{Container}")]
    [InlineData($"kubepods/pod8d035ee7-2d2d-43e5-8710-c515dd19d4a0/crio-{Container}")]
    [InlineData($"kubepods/besteffort/pod8d035ee7-2d2d-43e5-8710-c515dd19d4a0/{Container}/nested")]
    // a kubelet with the systemd driver over a runtime with the other: the slice's name as a folder, or as a part of one
    [InlineData($"system.slice/docker.service/kubepods-besteffort-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice/{Container}")]
    [InlineData($"system.slice/containerd.service/kubepods-besteffort-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice:cri-containerd:{Container}")]
    // static pods: the hash of their file, without dashes
    [InlineData($"kubepods.slice/kubepods-burstable.slice/kubepods-burstable-pod8d035ee72d2d43e58710c515dd19d4a0.slice/cri-containerd-{Container}.scope")]
    [InlineData($"kubepods/burstable/pod8d035ee72d2d43e58710c515dd19d4a0/{Container}")]
    // kind: the node is a container, and its kubelet's root is named; docker and podman, systemd and cgroupfs
    [InlineData($"system.slice/docker-{Container}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-burstable.slice/kubelet-kubepods-burstable-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice/cri-containerd-{Container}.scope")]
    [InlineData($"docker/{Container}/kubelet/kubepods/besteffort/pod8d035ee7-2d2d-43e5-8710-c515dd19d4a0/{Container}")]
    [InlineData($"machine.slice/libpod-{Container}.scope/container/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice/cri-containerd-{Container}.scope")]
    // a node in a pod of another cluster: the inner pod is this cluster's
    [InlineData($"kubepods.slice/kubepods-pod0123abcd_0123_0123_0123_0123456789ab.slice/cri-containerd-{Container}.scope/kubelet.slice/kubelet-kubepods.slice/kubelet-kubepods-pod8d035ee7_2d2d_43e5_8710_c515dd19d4a0.slice")]
    [InlineData("kubepods/pod01234567-89ab-cdef-0123-456789abcdef/inner/kubepods/pod8d035ee7-2d2d-43e5-8710-c515dd19d4a0")]
    public void A_folder_is_its_pods(string path) => Assert.Equal(pod, table.PodOf(path));

    [Theory]
    // of a node in a pod's container, where the pods are another cluster's: all is the outer pod
    [InlineData("kubepods/pod01234567-89ab-cdef-0123-456789abcdef/inner/kubepods/podffffffff-2d2d-43e5-8710-c515dd19d4a0", true)]
    [InlineData("kubepods.slice/kubepods-besteffort.slice", false)]
    [InlineData("system.slice/kubelet.service", false)]
    [InlineData("user.slice/user-0.slice/session-1.scope", false)]
    [InlineData("", false)]
    public void What_is_no_known_pods_is_nobodys_or_the_outer_pods(string path, bool isOthers) => Assert.Equal(isOthers ? other : null, table.PodOf(path));

    [Fact]
    public void A_folder_named_by_its_path_is_the_pods_with_all_below_it()
    {
        var byPath = new PodCgroupTable([new(other, "/node/outer"), new(pod, "node/outer/inner/")]);

        Assert.Equal(pod, byPath.PodOf("node/outer/inner/container"));
        Assert.Equal(other, byPath.PodOf("node/outer"));
        Assert.Null(byPath.PodOf("node/outer-not"));
    }

    [Theory]
    [InlineData("kubepods.slice")]
    [InlineData("kubepods-besteffort.slice")]
    [InlineData("pod")]
    [InlineData("pods")]
    [InlineData("podman-8d035ee72d2d43e58710c515dd19d4a0")]
    [InlineData("libpod-8d035ee72d2d43e58710c515dd19d4a08d035ee72d2d43e58710c515dd19d4a0.scope")]
    public void Other_names_are_no_pods(string name) => Assert.Null(PodCgroupName.UidOf(name));
}
