using FlowLake.Schemas.Coverage;
using FlowLake.Tests.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Agent;

/// <summary>The spool on a disk of its own, of 2 MiB, which is full for a while.</summary>
public sealed class AgentFullDiskTests : IDisposable
{
    private const int Refusals = 3;
    private static readonly TimeSpan patience = TimeSpan.FromMinutes(2);

    private readonly ScriptedAgent agent = new();

    private string Disk => agent["disk"];

    private string Spool => Path.Combine(Disk, "spool");

    private string Ballast => Path.Combine(Disk, "ballast");

    public AgentFullDiskTests()
    {
        System.IO.Directory.CreateDirectory(Disk);
        Shell.Run($"mount -t tmpfs -o size=2m tmpfs {Disk}");
    }

    public void Dispose()
    {
        Shell.Run($"umount {Disk}");
        agent.Dispose();
    }

    [Fact]
    public async Task Windows_of_a_full_disk_stay_in_the_kernel_until_there_is_room()
    {
        await agent.RunAsync(agent.Options with { SpoolFolder = Spool }, ScriptedAgent.Time(), sweep =>
        {
            if (sweep == 2)
            {
                // What is still on its way to the store would give its room back later, and the disk were full no more.
                Assert.True(SpinWait.SpinUntil(() => Any(agent["lake/inbox"]) && !Any(Spool), patience), "the first window was not uploaded");
                Assert.Throws<IOException>(Fill);
                agent.Log.When("event=window_not_stored", Refusals, () => File.Delete(Ballast));
            }

            return sweep < 5;
        });

        Assert.Equal(Refusals, agent.Log.Said("event=window_not_stored"));
        Assert.False(agent.Inbox.HasGaps);
        Assert.Equal(agent.Pins.Payload, agent.Inbox.Sum("payload_to_server"));
        Assert.Equal(agent.Pins.Loopback, agent.Inbox.CoverageSum(CoverageReason.Loopback, "events"));
        Assert.False(Any(Spool));
    }

    private static bool Any(string folder) => System.IO.Directory.Exists(folder) && System.IO.Directory.EnumerateFiles(folder, "*.parquet", SearchOption.AllDirectories).Any();

    private void Fill()
    {
        using var file = new FileStream(Ballast, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 0);
        for (var block = new byte[4096]; ;)
            file.Write(block);
    }
}
