using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

[Collection(nameof(KernelLab))]
public sealed class KernelRequirementsTests
{
    [Fact]
    public void Where_capture_works_every_requirement_is_met()
    {
        using var lab = new KernelLab();

        var requirements = KernelRequirements.Check(lab.OptionsFor(lab.First));

        Assert.All(requirements, requirement => Assert.True(requirement.Ok, $"{requirement.Name}: {requirement.Detail}. {requirement.Remedy}"));
        Assert.All(requirements, requirement => Assert.Empty(requirement.Remedy));
    }

    [Fact]
    public void What_is_missing_is_told_all_at_once_with_what_to_do()
    {
        var folder = System.IO.Directory.CreateTempSubdirectory("flbpf").FullName;
        var options = new CaptureOptions { CgroupRoot = folder, PinName = "none", BpfFileSystem = folder, ObjectPath = Path.Combine(folder, "none.o") };

        var refusal = Assert.Throws<BpfException>(() => FlowCapture.Open(options));

        Assert.Contains($"mount -t bpf bpf {folder}", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("is not a folder of cgroup v2", refusal.Message, StringComparison.Ordinal);
        Assert.Contains("apt-get install clang libbpf-dev", refusal.Message, StringComparison.Ordinal);
        System.IO.Directory.Delete(folder);
    }

    [Fact]
    public void An_object_the_kernel_cannot_read_is_refused_in_libbpfs_words()
    {
        using var lab = new KernelLab();
        var path = Path.GetTempFileName();
        File.WriteAllText(path, "no object");

        var refusal = Assert.Throws<BpfException>(() => FlowCapture.Open(lab.OptionsFor(lab.First) with { ObjectPath = path }));

        Assert.Contains("libbpf: ", refusal.Message, StringComparison.Ordinal);
        File.Delete(path);
    }

    [Theory]
    [InlineData("5.15.0-91-generic", 5, 15)]
    [InlineData("6.1.0-18-amd64", 6, 1)]
    [InlineData("6.18.44", 6, 18)]
    [InlineData("6.12-rc1", 6, 12)]
    public void A_kernel_release_says_its_version(string release, int major, int minor) =>
        Assert.Equal(new Version(major, minor), KernelRequirements.ParseRelease(release));

    [Fact]
    public void A_release_without_numbers_is_no_version() => Assert.Null(KernelRequirements.ParseRelease("linux"));
}
