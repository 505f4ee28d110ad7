using FlowLake.Agent.Spool;
using FlowLake.Agent.Windows;
using FlowLake.Lake.Tables;
using FlowLake.Schemas.Coverage;
using FlowLake.Tests.Agent.Windows;
using Xunit;

namespace FlowLake.Tests.Agent.Spool;

/// <summary>The spool alone, on a real folder, with a store that is a folder beside it.</summary>
public sealed class WindowSpoolTests : IDisposable
{
    private const long Plenty = 1 << 30;

    private static readonly Guid pinSet = Guid.NewGuid();

    private readonly TemporaryFolder folder = new();

    // As many as the longer of both stories has steps, and one in which nobody dies.
    public static TheoryData<int> Deaths => [.. Enumerable.Range(1, 62)];

    private Inbox Lake => new(folder["lake"]);

    public void Dispose() => folder.Dispose();

    private WindowSpool Open(Death? death = null, long bytesMax = Plenty) => WindowSpool.Open(folder["spool"], "node-a", bytesMax, TimeProvider.System, (death ?? Death.Never).Step);

    private IEnumerable<string> FileNames => System.IO.Directory.EnumerateFiles(folder["spool"], "*.parquet").Select(path => Path.GetFileName(path)).Order(StringComparer.Ordinal);

    /// <summary>Stores the window of an epoch: as many rows as its number, each of one byte, and a loss that only grows. Odd ones have as many DNS rows, every third one drops.</summary>
    private static void Store(WindowSpool spool, int epoch)
    {
        if (spool.Contains(pinSet, epoch))
            return;
        var totals = LossTotals.Add(LossTotals.None, [new Loss(CoverageReason.Loopback, "events", 10 * epoch)]);
        var window = new FlowWindow(Rows.Start.AddSeconds(10 * epoch), Rows.Start.AddSeconds(10 * (epoch + 1)));
        var content = new WindowContent(window, [.. Enumerable.Range(1, epoch).Select(number => Rows.Row(number))], []);
        var dropped = spool.Dropped;
        Loss[] losses = [.. totals.Since(spool.Reported.Of(pinSet).Losses), .. dropped.Since(spool.Reported.Dropped)];
        spool.Store(
            pinSet,
            epoch,
            spool.Reported.With(new KernelReport(pinSet, epoch, totals), window.End, dropped),
            content.Rows,
            content.Coverage(new ObserverPlace("node-a", null, null, null), spool.Stream.Incarnation, losses),
            new SideRows([.. Enumerable.Range(1, epoch % 2 * epoch).Select(Rows.Dns)], epoch % 3 == 0 ? [Rows.Drop(epoch)] : []));
    }

    private void UploadAll(WindowSpool spool)
    {
        while (spool.NextUpload() is { } upload)
        {
            foreach (var (side, path) in upload.Sides)
                Put(side.Key, path);
            Put(upload.Key.Key, upload.Path);
            spool.Acknowledge(upload);
        }

        void Put(string key, string path)
        {
            var target = folder[Path.Combine("lake", key)];
            System.IO.Directory.CreateDirectory(Path.GetDirectoryName(target)!);
            File.Copy(path, target, overwrite: true);
        }
    }

    [Fact]
    public void A_window_waits_under_its_drains_name_until_it_is_offered_and_then_gets_a_number()
    {
        using var spool = Open();
        Store(spool, 1);
        Assert.Null(spool.NextUpload());
        Assert.Equal([$"{pinSet:N}-1.dns.parquet", $"{pinSet:N}-1.parquet"], FileNames);
        Assert.Equal(1, spool.Size().Files);

        spool.Offer();

        var upload = spool.NextUpload()!;
        Assert.Equal(1, upload.Key.Sequence);
        Assert.Equal(["00000000000000000001.dns.parquet", "00000000000000000001.parquet"], FileNames);
        Assert.Equal(upload.Key.Key.Replace(".parquet", ".dns.parquet", StringComparison.Ordinal), Assert.Single(upload.Sides).Side.Key);
        Assert.Equal(upload.Key, spool.NextUpload()?.Key);
        spool.Acknowledge(upload);
        Assert.Null(spool.NextUpload());
        Assert.Empty(FileNames);
        Assert.True(spool.Contains(pinSet, 1));
        Assert.False(spool.Contains(pinSet, 2));
    }

    [Fact]
    public void The_next_number_is_given_only_after_the_last_is_acknowledged()
    {
        using var spool = Open();
        Store(spool, 1);
        spool.Offer();
        var first = spool.NextUpload()!;
        Store(spool, 2);
        spool.Offer();
        Assert.Equal(first.Key, spool.NextUpload()?.Key);

        spool.Acknowledge(first);

        Assert.Equal(2, spool.NextUpload()!.Key.Sequence);
        Assert.Throws<InvalidOperationException>(() => spool.Acknowledge(first));
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public void Whatever_step_a_process_dies_at_no_file_is_lost_or_doubled_and_no_number_left_out(int steps)
    {
        var death = new Death(steps);
        try
        {
            using var spool = Open(death);
            Store(spool, 1);
            spool.Offer();
            UploadAll(spool);
            Store(spool, 2);
            Store(spool, 3);
            Store(spool, 4);
            spool.Offer();
            UploadAll(spool);
            Store(spool, 5);
        }
        catch (Death.DeathException)
        {
            // As told.
        }

        using (var next = Open())
        {
            for (var epoch = 1; epoch <= 6; epoch++)
                Store(next, epoch);
            next.Offer();
            UploadAll(next);
        }

        Assert.False(Lake.HasGaps, death.At);
        Assert.Equal(21, Lake.Sum("payload_to_server"));
        Assert.Equal(6, Lake.Coverage.Count(row => row.Reason == CoverageReason.Observed));
        Assert.Equal(60, Lake.CoverageSum(CoverageReason.Loopback, "events"));
        Assert.Equal((1 + 3 + 5, 3 + 6), (Lake.SideSum("dns", "queries"), Lake.SideSum("drops", "packets")));
        Assert.Empty(FileNames);
    }

    [Theory]
    [MemberData(nameof(Deaths))]
    public void Whatever_step_a_process_dies_at_what_a_full_spool_drops_is_counted_once(int steps)
    {
        var death = new Death(steps);
        var room = RoomForThree();
        try
        {
            using var spool = Open(death, room);
            for (var epoch = 1; epoch <= 6; epoch++)
                Store(spool, epoch);
        }
        catch (Death.DeathException)
        {
            // As told.
        }

        using (var next = Open(bytesMax: room))
        {
            for (var epoch = 1; epoch <= 7; epoch++)
                Store(next, epoch);
        }

        using (var last = Open())
        {
            Store(last, 8);
            UploadAll(last);
            last.Offer();
            UploadAll(last);
        }

        var dropped = Lake.CoverageSum(CoverageReason.SpoolFull, "flows");
        Assert.True(dropped > 0);
        Assert.Equal(36, Lake.Sum("payload_to_server") + dropped);
        Assert.Equal(1 + 3 + 5 + 7, Lake.SideSum("dns", "queries") + Lake.CoverageSum(CoverageReason.SpoolFull, "dns_rows"));
        Assert.Equal(2, Lake.SideSum("drops", "1") + Lake.CoverageSum(CoverageReason.SpoolFull, "drops_rows"));
        Assert.Equal(8, Lake.Coverage.Count(row => row.Reason == CoverageReason.Observed) + Lake.CoverageSum(CoverageReason.SpoolFull, "files"));
        Assert.Equal(80, Lake.CoverageSum(CoverageReason.Loopback, "events")); // what the dropped files had to report is reported still
    }

    [Fact]
    public void A_file_with_a_number_is_never_dropped()
    {
        using var spool = Open(bytesMax: RoomForThree());
        Store(spool, 1);
        spool.Offer();
        var numbered = spool.NextUpload()!;
        for (var epoch = 2; epoch <= 9; epoch++)
            Store(spool, epoch);

        Assert.Equal(numbered.Key, spool.NextUpload()?.Key);
        Assert.True(spool.Dropped["spool_full/flows"] >= 2);
        Assert.Contains($"{pinSet:N}-9.parquet", FileNames);
    }

    [Fact]
    public void A_broken_window_goes_by_itself_for_ingest_to_set_aside()
    {
        using (var spool = Open())
        {
            Store(spool, 1);
            Store(spool, 2);
        }

        File.WriteAllText(folder[$"spool/{pinSet:N}-1.parquet"], "no Parquet");
        using var next = Open();
        var upload = next.NextUpload()!;
        Assert.Equal("no Parquet", File.ReadAllText(upload.Path));
        next.Acknowledge(upload);
        Assert.Single(InboxFile.ReadCoverage(next.NextUpload()!.Path), row => row.Reason == CoverageReason.Observed);
    }

    [Fact]
    public void A_spool_of_another_node_or_with_a_broken_state_is_refused()
    {
        Open().Dispose();
        Assert.Contains("node-a", Assert.Throws<IOException>(() => WindowSpool.Open(folder["spool"], "node-b", Plenty, TimeProvider.System)).Message, StringComparison.Ordinal);

        File.WriteAllText(folder["spool/stream.json"], "{");

        Assert.Contains("stream.json", Assert.Throws<IOException>(() => Open()).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void The_stream_is_the_folders_and_outlives_the_process()
    {
        using var first = Open();
        var stream = first.Stream;
        Assert.Equal(7, stream.Incarnation.Version);
        first.Dispose();

        using var second = Open();

        Assert.Equal(stream, second.Stream);
    }

    private long RoomForThree()
    {
        using var spool = WindowSpool.Open(folder["measure"], "node-a", Plenty, TimeProvider.System);
        Store(spool, 9);
        return 3 * spool.Size().Bytes + 100;
    }
}
