using FlowLake.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent.Bpf;

/// <summary>Folders of several agents in one BPF file system. Any folder does for it: nothing is pinned here.</summary>
public sealed class PinFolderTests : IDisposable
{
    private readonly string fileSystem = System.IO.Directory.CreateTempSubdirectory("flowlake-pins-").FullName;

    [Fact]
    public async Task Agents_that_begin_and_end_at_once_do_not_stand_in_each_others_way()
    {
        const int agents = 4, rounds = 2_000;
        for (var round = 0; round < rounds; round++)
        {
            await Task.WhenAll(Enumerable.Range(0, agents).Select(agent => Task.Run(
                () =>
                {
                    using var folder = PinFolder.Open(OptionsOf($"agent-{agent}"));
                    folder.Remove();
                },
                TestContext.Current.CancellationToken)));
        }

        Assert.Empty(System.IO.Directory.EnumerateFileSystemEntries(fileSystem));
    }

    [Fact]
    public void What_is_anothers_keeps_the_folder_above()
    {
        using var other = PinFolder.Open(OptionsOf("other"));
        using (var folder = PinFolder.Open(OptionsOf("ending")))
            folder.Remove();

        Assert.True(System.IO.Directory.Exists(other.Path));
        Assert.False(PinFolder.Exists(OptionsOf("ending")));
    }

    [Fact]
    public void Two_agents_of_one_name_are_refused()
    {
        using var first = PinFolder.Open(OptionsOf("agent"));

        var refused = Assert.Throws<BpfException>(() => PinFolder.Open(OptionsOf("agent")));

        Assert.Contains($"another agent uses the pins {first.Path}", refused.Message, StringComparison.Ordinal);
    }

    public void Dispose() => System.IO.Directory.Delete(fileSystem, recursive: true);

    private CaptureOptions OptionsOf(string pinName) => new() { CgroupRoot = "/", PinName = pinName, BpfFileSystem = fileSystem };
}
