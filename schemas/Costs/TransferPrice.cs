namespace FlowLake.Schemas.Costs;

/// <summary>What moving one GiB between two zones of a region costs, from a day on.</summary>
/// <param name="From">First UTC day the price holds, included. It holds until the next price's day.</param>
/// <param name="OutPerGib">Charged to the sender for each GiB that leaves its zone.</param>
/// <param name="InPerGib">Charged to the receiver for each GiB that enters its zone.</param>
/// <param name="Source">Where the price was read.</param>
public sealed record TransferPrice(DateOnly From, MicroDollars OutPerGib, MicroDollars InPerGib, string Source)
{
    /// <summary>Both charges: what a GiB across zones costs the one owner of both ends.</summary>
    public MicroDollars BothDirectionsPerGib => OutPerGib + InPerGib;
}
