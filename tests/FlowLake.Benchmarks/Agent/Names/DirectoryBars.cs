using System.Globalization;
using FlowLake.Agent.Directory.Kubernetes;

namespace FlowLake.Benchmarks.Agent.Names;

/// <summary>What a remote pod costs an agent in memory, and a list or an event of a watch in time and in objects made, from the API's JSON to the directory.</summary>
internal static class DirectoryBars
{
    private const long BytesAim = 200;
    private const int Events = 20_000;

    public static IReadOnlyList<Bar> Measure() => [.. new[] { 10_000, 100_000 }.SelectMany(Measure), Recorded()];

    private static IEnumerable<Bar> Measure(int pods)
    {
        var (owners, list) = (ClusterJson.Owners(pods), ClusterJson.Pods(pods));
        // Events that change nothing that is kept, as heartbeats and conditions are, such that move the address, and such that bring a pod.
        var still = ClusterJson.Events(Events, count => (count % pods, count % pods));
        var moved = ClusterJson.Events(Events, count => (count % pods, pods + count));
        var added = ClusterJson.Events(Events, count => (pods + count, pods + Events + count));

        var before = GC.GetTotalMemory(forceFullCollection: true);
        var intake = new MeasuredIntake();
        var made = intake.List(ResourceKind.ReplicaSets, owners) + intake.List(ResourceKind.Pods, list);
        var kept = GC.GetTotalMemory(forceFullCollection: true) - before;
        var again = intake.List(ResourceKind.Pods, list);

        var (stillTime, stillBytes) = intake.Watch(still);
        var (movedTime, movedBytes) = intake.Watch(moved);
        var (addedTime, addedBytes) = intake.Watch(added);
        return
        [
            new Bar(Text($"memory of a remote pod, {pods:N0} of them, one address each, a ReplicaSet to {ClusterJson.PodsOfOwner}"), Text($"{BytesAim} bytes"), "none", Text($"{kept / pods} bytes"), kept / pods <= BytesAim),
            new Bar(
                Text($"objects made for a pod that is known as it is, {pods:N0} there"), "0 bytes", "none",
                Text($"{again / pods} bytes in a list, {stillBytes / Events} in an event"), again / pods == 0 && stillBytes == 0),
            new Bar(
                Text($"objects made for a pod that is new, {pods:N0} there"), "what is kept, and half of it again where tables grow", Text($"{kept / pods} bytes kept"),
                Text($"{made / pods} bytes in a list, {addedBytes / Events} in an event, {movedBytes / Events} in one with a new address"), made <= kept * 3 / 2),
            new Bar(
                Text($"a watch event of a pod, with {pods:N0} there"), "under 50 µs, whatever their number", "none",
                Text($"{stillTime:0.0} µs without news, {movedTime:0.0} µs with a new address, {addedTime:0.0} µs of a new pod"), Math.Max(Math.Max(stillTime, movedTime), addedTime) < 50),
        ];
    }

    /// <summary>A real API server's list, whose pods have all the fields a pod has.</summary>
    private static Bar Recorded()
    {
        var answer = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "list-pods.http"));
        var list = answer[(answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
        var intake = new MeasuredIntake();
        intake.List(ResourceKind.Pods, list);
        var again = intake.List(ResourceKind.Pods, list);
        return new Bar("objects made for a list of a real API server whose pods are all known", "0 bytes", "none", Text($"{again} bytes"), again == 0);
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
