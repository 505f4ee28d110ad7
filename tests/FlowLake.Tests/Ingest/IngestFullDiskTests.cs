using FlowLake.Ingest;
using FlowLake.Lake.Objects;
using FlowLake.Tests.Agent.Bpf;
using Xunit;

namespace FlowLake.Tests.Ingest;

/// <summary>The work folder on a disk of its own, of 1 MiB, as a Lambda's /tmp may be too small for what waits.</summary>
public sealed class IngestFullDiskTests : IDisposable
{
    private const int Files = 16;

    private readonly TemporaryFolder folder = new();
    private readonly DirectoryObjectStore store;

    public IngestFullDiskTests()
    {
        store = new DirectoryObjectStore(folder.File("lake"), TimeProvider.System);
        Directory.CreateDirectory(Disk);
        Shell.Run($"mount -t tmpfs -o size=1m tmpfs {Disk}");
    }

    private string Disk => folder.File("disk");

    public void Dispose()
    {
        Shell.Run($"umount {Disk}");
        store.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task What_the_disk_has_no_room_for_at_once_is_taken_in_smaller_rounds()
    {
        // Rows that nothing makes shorter: 16 files are some 2 MB of data.
        var source = new InboxSource(store, "node-a", "zone-a", TimeProvider.System.GetUtcNow().AddHours(-1)) { More = "md5(CAST(payload_to_server AS VARCHAR)) AS tag" };
        for (var file = 0; file < Files; file++)
            await source.PutAsync(4_000);
        using var log = new StringWriter();

        await IngestService.RunAsync(new IngestOptions { Lake = folder.File("lake"), WorkFolder = Disk, Threads = 1, Log = log }, follow: false, TestContext.Current.CancellationToken);

        Assert.Contains("going on with half as many files", log.ToString());
        await ExactlyOnce.AssertTablesAsync(store, [source], folder.Path);
        Assert.False(Directory.Exists(folder.File("lake/quarantine")), log.ToString());
        Assert.Empty(Directory.EnumerateFiles(Disk, "*", SearchOption.AllDirectories));
    }
}
