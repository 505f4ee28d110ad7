using System.Globalization;
using System.Runtime.CompilerServices;
using FlowLake.Agent.Directory.Kubernetes;

namespace FlowLake.Benchmarks.Agent.Names;

/// <summary>What a remote pod costs an agent in memory, and a list or an event of a watch in time and in objects made, from the API's JSON to the directory.</summary>
internal static class DirectoryBars
{
    private const long BytesAim = 200;
    private const int Events = 20_000;
    private const int Rollouts = 10;

    public static IReadOnlyList<Bar> Measure()
    {
        // Not kept: the first events are read by code that is not yet compiled for speed.
        Measure(1_000);
        return [.. new[] { 10_000, 100_000 }.SelectMany(Measure), Replaced(10_000), .. Recorded()];
    }

    private static IReadOnlyList<Bar> Measure(int pods)
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

        var (stillTime, stillBytes) = intake.Watch(ResourceKind.Pods, still);
        var (movedTime, movedBytes) = intake.Watch(ResourceKind.Pods, moved);
        var (addedTime, addedBytes) = intake.Watch(ResourceKind.Pods, added);
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

    /// <summary>Every pod and every ReplicaSet is another, again and again, as rollouts make it.</summary>
    private static Bar Replaced(int pods)
    {
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var intake = new MeasuredIntake();
        List(intake, pods);
        var bytes = new List<long>();
        for (var rollout = 0; rollout <= Rollouts; rollout++)
        {
            if (rollout > 0)
                Replace(intake, pods, rollout * pods);
            intake.Forget();
            bytes.Add((GC.GetTotalMemory(forceFullCollection: true) - before) / pods);
        }

        return new Bar(
            Text($"memory of a remote pod, {pods:N0} of them, when all were replaced {Rollouts} times and those gone were forgotten"), Text($"{BytesAim} bytes"), Text($"{bytes[0]} bytes at first"),
            Text($"{bytes[1]} bytes after one time, {bytes[^1]} after {Rollouts}"), bytes[^1] <= BytesAim);
    }

    // Each by itself, so that no JSON is alive when memory is measured.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void List(MeasuredIntake intake, int pods)
    {
        intake.List(ResourceKind.ReplicaSets, ClusterJson.Owners(pods));
        intake.List(ResourceKind.Pods, ClusterJson.Pods(pods));
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Replace(MeasuredIntake intake, int pods, int first)
    {
        intake.Watch(ResourceKind.ReplicaSets, ClusterJson.OwnerReplacements(pods, first));
        intake.Watch(ResourceKind.Pods, ClusterJson.PodReplacements(pods, first));
    }

    /// <summary>A real API server's list, whose pods have all the fields a pod has.</summary>
    private static IReadOnlyList<Bar> Recorded()
    {
        var answer = File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "list-pods.http"));
        var list = answer[(answer.AsSpan().IndexOf("\r\n\r\n"u8) + 4)..];
        var events = ClusterJson.Events(list, Events, out var pods);
        var intake = new MeasuredIntake();
        intake.List(ResourceKind.Pods, list);
        var again = intake.List(ResourceKind.Pods, list);
        intake.Watch(ResourceKind.Pods, events);
        var (time, bytes) = intake.Watch(ResourceKind.Pods, events);
        return
        [
            new Bar(Text($"objects made for {pods} pods of a real API server that are known as they are"), "0 bytes", "none", Text($"{again} bytes in a list, {bytes} in {Events:N0} events"), again == 0 && bytes == 0),
            new Bar(Text($"a watch event of such a pod, {events.Length / Events:N0} bytes"), "under 50 µs", "none", Text($"{time:0.0} µs without news"), time < 50),
        ];
    }

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
