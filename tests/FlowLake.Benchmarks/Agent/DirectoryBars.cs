using System.Diagnostics;
using System.Globalization;
using System.Text;
using FlowLake.Agent.Directory;
using FlowLake.Agent.Directory.Kubernetes;

namespace FlowLake.Benchmarks.Agent;

/// <summary>What a remote pod costs an agent in memory, and a watch event in time, from the API's JSON to the directory.</summary>
internal static class DirectoryBars
{
    private const int PodsOfOwner = 10;
    private const long BytesAim = 200;
    private const int Events = 20_000;

    public static IReadOnlyList<Bar> Measure() => [.. new[] { 10_000, 100_000 }.SelectMany(Measure)];

    private static IEnumerable<Bar> Measure(int pods)
    {
        var names = new NamePool();
        var before = GC.GetTotalMemory(forceFullCollection: true);
        var directory = new PodDirectory("node-0");
        var model = new ClusterModel(directory, new WatchCounters(), TimeProvider.System);
        for (var owner = 0; owner < pods / PodsOfOwner; owner++)
            model.Set(ResourceKind.ReplicaSets, Read(Owner(owner), ResourceKind.ReplicaSets, names));
        for (var pod = 0; pod < pods; pod++)
            model.Set(ResourceKind.Pods, Read(Pod(pod, pod), ResourceKind.Pods, names));
        var bytes = (GC.GetTotalMemory(forceFullCollection: true) - before) / pods;

        // An event that changes nothing that is kept, as heartbeats and conditions are, and one that moves the address.
        var still = Time(model, names, count => Pod(count % pods, count % pods));
        var moved = Time(model, names, count => Pod(count % pods, pods + count));
        GC.KeepAlive(directory);
        return
        [
            new Bar(Text($"memory of a remote pod, {pods:N0} of them, one address each, a ReplicaSet to {PodsOfOwner}"), Text($"{BytesAim} bytes"), "none", Text($"{bytes} bytes"), bytes <= BytesAim),
            new Bar(Text($"a watch event of a pod, with {pods:N0} there"), "under 50 µs, whatever their number", "none", Text($"{still:0.0} µs without news, {moved:0.0} µs with a new address"), still < 50 && moved < 50),
        ];
    }

    private static double Time(ClusterModel model, NamePool names, Func<int, byte[]> json)
    {
        var events = Enumerable.Range(0, Events).Select(json).ToArray();
        var begin = Stopwatch.GetTimestamp();
        foreach (var one in events)
            model.Set(ResourceKind.Pods, Read(one, ResourceKind.Pods, names));
        return Stopwatch.GetElapsedTime(begin).TotalMicroseconds / Events;
    }

    private static ClusterObject Read(byte[] json, ResourceKind kind, NamePool names) => ObjectReader.Read(json, kind, names).Object!;

    private static byte[] Owner(int owner) => Encoding.UTF8.GetBytes(
        $$$"""{"metadata":{"name":"{{{OwnerName(owner)}}}","namespace":"team-{{{owner % 50}}}","ownerReferences":[{"kind":"Deployment","name":"service-{{{owner}}}","controller":true}]}}""");

    private static byte[] Pod(int pod, int address) => Encoding.UTF8.GetBytes(
        $$$"""
        {"metadata":{"name":"{{{OwnerName(pod / PodsOfOwner)}}}-{{{pod % PodsOfOwner:x5}}}","namespace":"team-{{{pod / PodsOfOwner % 50}}}","uid":"8d035ee7-2d2d-43e5-8710-c515dd19d4a0","creationTimestamp":"2026-11-21T02:41:19Z",
        "labels":{"app":"service"},"ownerReferences":[{"kind":"ReplicaSet","name":"{{{OwnerName(pod / PodsOfOwner)}}}","controller":true}]},
        "spec":{"nodeName":"node-{{{1 + (pod % 200)}}}","containers":[{"name":"c","image":"example/app:1"}]},
        "status":{"phase":"Running","startTime":"2026-11-21T02:41:20Z","podIP":"10.{{{address >> 16}}}.{{{(address >> 8) & 255}}}.{{{address & 255}}}"}}
        """);

    private static string OwnerName(int owner) => $"service-{owner}-5d9c7b6f48";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
