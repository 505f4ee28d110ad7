using System.Diagnostics.Metrics;

namespace FlowLake.Lake.Objects;

/// <summary>The counters of the object stores, for the whole process.</summary>
internal static class ObjectMetrics
{
    private static readonly Meter meter = new("FlowLake.Lake.Objects");

    private static readonly Counter<long> putsIfAbsent = meter.CreateCounter<long>(
        "flowlake.objects.puts_if_absent", unit: "{put}", description: "Puts-if-absent, by outcome: Created, AlreadyExists, Unknown.");

    private static readonly Counter<long> bodiesBroken = meter.CreateCounter<long>(
        "flowlake.objects.bodies_broken", unit: "{request}", description: "Objects whose content broke off or stalled while it was read, each then read again from its start.");

    private static readonly Counter<long> leftoversRemoved = meter.CreateCounter<long>(
        "flowlake.objects.leftovers_removed", unit: "{file}", description: "Unfinished files of dead writers, removed from a directory store.");

    public static PutOutcome Counted(PutOutcome outcome)
    {
        putsIfAbsent.Add(1, new KeyValuePair<string, object?>("outcome", outcome.GetType().Name));
        return outcome;
    }

    public static void BodyBroken() => bodiesBroken.Add(1);

    public static void LeftoverRemoved() => leftoversRemoved.Add(1);
}
