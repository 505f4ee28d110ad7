using System.Diagnostics.Metrics;
using FlowLake.Ingest.Inbox;

namespace FlowLake.Ingest;

/// <summary>The counters of ingest, for the whole process.</summary>
internal static class IngestMetrics
{
    private static readonly Meter meter = new("FlowLake.Ingest");

    private static readonly Counter<long> rounds = meter.CreateCounter<long>(
        "flowlake.ingest.rounds", unit: "{round}", description: "Rounds by outcome: moved, idle, overtaken, failed.");

    private static readonly Counter<long> commits = meter.CreateCounter<long>(
        "flowlake.ingest.commits", unit: "{commit}", description: "Commits, by table.");

    private static readonly Counter<long> files = meter.CreateCounter<long>(
        "flowlake.ingest.files", unit: "{file}", description: "Inbox files a commit passed, by table.");

    private static readonly Counter<long> rows = meter.CreateCounter<long>(
        "flowlake.ingest.rows", unit: "{row}", description: "Rows committed, by table.");

    private static readonly Counter<long> bytes = meter.CreateCounter<long>(
        "flowlake.ingest.bytes", unit: "By", description: "Bytes of data files committed, by table.");

    private static readonly Counter<long> quarantined = meter.CreateCounter<long>(
        "flowlake.ingest.quarantined", unit: "{file}", description: "Bad inbox files copied to quarantine.");

    private static readonly Counter<long> givenUp = meter.CreateCounter<long>(
        "flowlake.ingest.given_up", unit: "{file}", description: "Missing inbox files that were not waited for any longer; coverage says whose.");

    private static readonly Counter<long> abandoned = meter.CreateCounter<long>(
        "flowlake.ingest.sides_abandoned", unit: "{object}", description: "Side objects moved to quarantine because their file never came, by table.");

    private static readonly Counter<long> learned = meter.CreateCounter<long>(
        "flowlake.ingest.columns_learned", unit: "{column}", description: "Columns added to a table because a newer agent brought them, by table.");

    private static readonly Counter<long> conflicts = meter.CreateCounter<long>(
        "flowlake.ingest.conflicts", unit: "{conflict}", description: "Versions another writer took first, by table.");

    private static readonly Counter<long> dropped = meter.CreateCounter<long>(
        "flowlake.ingest.dropped", unit: "{file}", description: "Data files written and dropped again because another ingest was faster, by table.");

    private static readonly Counter<long> deleted = meter.CreateCounter<long>(
        "flowlake.ingest.deleted", unit: "{object}", description: "Inbox files and side objects deleted after every table had passed them.");

    private static readonly Gauge<long> waiting = meter.CreateGauge<long>(
        "flowlake.ingest.waiting", unit: "{file}", description: "Inbox files of the last pass that stand behind a missing one.");

    private static readonly Gauge<long> foreign = meter.CreateGauge<long>(
        "flowlake.ingest.foreign", unit: "{object}", description: "Objects of the last pass below inbox/ that are no inbox files and were left alone.");

    private static readonly Gauge<long> behindFiles = meter.CreateGauge<long>(
        "flowlake.ingest.backlog.files", unit: "{file}", description: "Inbox files behind those of the last round, of the same pass.");

    private static readonly Gauge<long> behindBytes = meter.CreateGauge<long>(
        "flowlake.ingest.backlog.bytes", unit: "By", description: "Their bytes.");

    private static readonly Gauge<double> behindAge = meter.CreateGauge<double>(
        "flowlake.ingest.backlog.age", unit: "s", description: "How long ago the youngest object of the last round was put, where files are behind it; 0 where none is.");

    public static void Round(string outcome) => rounds.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public static void Committed(string table, long fileCount, long rowCount, long byteCount)
    {
        var tag = Tag(table);
        commits.Add(1, tag);
        files.Add(fileCount, tag);
        rows.Add(rowCount, tag);
        bytes.Add(byteCount, tag);
    }

    public static void Quarantined() => quarantined.Add(1);

    public static void GivenUp(long fileCount) => givenUp.Add(fileCount);

    public static void Learned(string table) => learned.Add(1, Tag(table));

    public static void Abandoned(string table) => abandoned.Add(1, Tag(table));

    public static void Conflict(string table) => conflicts.Add(1, Tag(table));

    public static void Dropped(string table, long fileCount) => dropped.Add(fileCount, Tag(table));

    public static void Deleted(long fileCount) => deleted.Add(fileCount);

    public static void Left(long waitingCount, long foreignCount)
    {
        waiting.Record(waitingCount);
        foreign.Record(foreignCount);
    }

    public static void Behind(InboxBacklog backlog, DateTimeOffset now)
    {
        behindFiles.Record(backlog.Files);
        behindBytes.Record(backlog.Bytes);
        behindAge.Record(backlog.PassedUntil is { } time ? Math.Max(0, (now - time).TotalSeconds) : 0);
    }

    private static KeyValuePair<string, object?> Tag(string table) => new("table", table);
}
