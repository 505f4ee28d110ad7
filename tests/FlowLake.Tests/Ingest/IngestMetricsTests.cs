using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using FlowLake.Ingest;
using FlowLake.Lake.Objects;
using Xunit;

namespace FlowLake.Tests.Ingest;

public sealed class IngestMetricsTests
{
    [Fact]
    public async Task Counters_say_what_was_done()
    {
        using var folder = new TemporaryFolder();
        using var store = ObjectStores.Open(folder.File("lake"));
        var source = new InboxSource(store, "node-a", "zone-a", TimeProvider.System.GetUtcNow().AddHours(-1));
        await source.PutAsync(4);
        await source.PutFileAsync(path => File.WriteAllText(path, "this is no Parquet file"));

        var sums = new ConcurrentDictionary<string, long>();
        using var listener = new MeterListener
        {
            InstrumentPublished = (instrument, self) =>
            {
                if (instrument.Meter.Name == "FlowLake.Ingest")
                    self.EnableMeasurementEvents(instrument);
            },
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var table = tags.ToArray().Where(tag => tag.Key is "table" or "outcome").Select(tag => $" {tag.Value}").FirstOrDefault();
            sums.AddOrUpdate(instrument.Name + table, value, (_, sum) => sum + value);
        });
        listener.Start();
        await IngestService.RunAsync(new IngestOptions { Lake = folder.File("lake"), WorkFolder = folder.File("work"), Log = TextWriter.Null }, follow: false, TestContext.Current.CancellationToken);

        // The counters are the process's, in which other tests may ingest too: so at least what was done here.
        Assert.All(
            new Dictionary<string, long>
            {
                ["flowlake.ingest.commits flows"] = 1,
                ["flowlake.ingest.commits coverage"] = 1,
                ["flowlake.ingest.files flows"] = 2,
                ["flowlake.ingest.rows flows"] = 4,
                ["flowlake.ingest.rows coverage"] = 1,
                ["flowlake.ingest.bytes flows"] = 1_000,
                ["flowlake.ingest.quarantined"] = 1,
                ["flowlake.ingest.deleted"] = 2,
                ["flowlake.ingest.rounds moved"] = 1,
                ["flowlake.ingest.rounds idle"] = 1,
            },
            expected => Assert.True(sums.GetValueOrDefault(expected.Key) >= expected.Value, $"{expected.Key} is {sums.GetValueOrDefault(expected.Key)}"));
    }
}
