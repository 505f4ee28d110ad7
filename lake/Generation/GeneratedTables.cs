using FlowLake.Lake.Objects;
using FlowLake.Schemas.Coverage;
using FlowLake.Schemas.Dns;
using FlowLake.Schemas.Drops;
using FlowLake.Schemas.Flows;

namespace FlowLake.Lake.Generation;

/// <summary>The tables of a lake that agents feed, to be filled with generated rows.</summary>
/// <param name="store">The lake's store.</param>
/// <param name="workFolder">Where files are written before they are put.</param>
/// <param name="timeProvider">The clock.</param>
internal sealed class GeneratedTables(IObjectStore store, string workFolder, TimeProvider timeProvider)
{
    public GeneratedTable<FlowRecord> Flows { get; } = new(store, FlowColumns.Table, row => (row.WindowStart, row.Zone), workFolder, timeProvider);

    public GeneratedTable<CoverageRecord> Coverage { get; } = new(store, CoverageColumns.Table, row => (row.WindowStart, row.Zone), workFolder, timeProvider);

    public GeneratedTable<DnsRecord> Dns { get; } = new(store, DnsColumns.Table, row => (row.WindowStart, row.Zone), workFolder, timeProvider);

    public GeneratedTable<DropRecord> Drops { get; } = new(store, DropColumns.Table, row => (row.WindowStart, row.Zone), workFolder, timeProvider);

    /// <summary>Commits whatever is not committed yet; <c>flows</c> first, which no other table is fed before.</summary>
    public async Task FlushAsync(CancellationToken cancellationToken)
    {
        await Flows.FlushAsync(cancellationToken);
        await Coverage.FlushAsync(cancellationToken);
        await Dns.FlushAsync(cancellationToken);
        await Drops.FlushAsync(cancellationToken);
    }
}
