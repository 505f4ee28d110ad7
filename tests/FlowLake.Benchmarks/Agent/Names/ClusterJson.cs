using System.Text;
using System.Text.Json;

namespace FlowLake.Benchmarks.Agent.Names;

/// <summary>A made-up cluster as an API server would tell it.</summary>
internal static class ClusterJson
{
    public const int PodsOfOwner = 10;

    /// <summary>The list of the ReplicaSets of that many pods.</summary>
    public static byte[] Owners(int pods) => List(Enumerable.Range(0, pods / PodsOfOwner).Select(Owner));

    /// <summary>The list of that many pods, each with the address of its number.</summary>
    public static byte[] Pods(int pods) => List(Enumerable.Range(0, pods).Select(pod => Pod(pod, pod)));

    /// <summary>The events that put ReplicaSets of as many pods, from the first on, in the place of those of the pods before them.</summary>
    public static byte[] OwnerReplacements(int pods, int first) =>
        Lines(Enumerable.Range(first / PodsOfOwner, pods / PodsOfOwner).SelectMany(owner => new[] { Event("ADDED", Owner(owner)), Event("DELETED", Owner(owner - (pods / PodsOfOwner))) }));

    /// <summary>The events that put as many pods, from the first on, in the place of those before them.</summary>
    public static byte[] PodReplacements(int pods, int first) =>
        Lines(Enumerable.Range(first, pods).SelectMany(pod => new[] { Event("ADDED", Pod(pod, pod)), Event("DELETED", Pod(pod - pods, pod - pods)) }));

    /// <summary>The events of a watch.</summary>
    /// <param name="events">How many.</param>
    /// <param name="pods">Which pod has which address in each.</param>
    public static byte[] Events(int events, Func<int, (int Pod, int Address)> pods) =>
        Lines(Enumerable.Range(0, events).Select(pods).Select(pod => Event("MODIFIED", Pod(pod.Pod, pod.Address))));

    /// <summary>Events of a watch with the pods of a list, again and again.</summary>
    public static byte[] Events(byte[] list, int events, out int pods)
    {
        using var document = JsonDocument.Parse(list);
        var items = document.RootElement.GetProperty("items").EnumerateArray().Select(item => Event("MODIFIED", JsonSerializer.Serialize(item))).ToArray();
        pods = items.Length;
        return Lines(Enumerable.Range(0, events).Select(count => items[count % items.Length]));
    }

    private static string Event(string type, string one) => $$"""{"type":"{{type}}","object":{{one}}}""";

    private static byte[] Lines(IEnumerable<string> events) => Encoding.UTF8.GetBytes(string.Join('\n', events));

    private static byte[] List(IEnumerable<string> items) => Encoding.UTF8.GetBytes($$"""{"kind":"List","metadata":{"resourceVersion":"1"},"items":[{{string.Join(",", items)}}]}""");

    private static string Owner(int owner) =>
        $$$"""{"metadata":{"name":"{{{OwnerName(owner)}}}","namespace":"team-{{{owner % 50}}}","ownerReferences":[{"kind":"Deployment","name":"service-{{{owner}}}","controller":true}]}}""";

    private static string Pod(int pod, int address) =>
        $$$"""
        {"metadata":{"name":"{{{OwnerName(pod / PodsOfOwner)}}}-{{{pod % PodsOfOwner:x5}}}","namespace":"team-{{{pod / PodsOfOwner % 50}}}","uid":"8d035ee7-2d2d-43e5-8710-c515dd19d4a0","resourceVersion":"{{{pod}}}","creationTimestamp":"2026-11-21T02:41:19Z",
        "labels":{"app":"service"},"ownerReferences":[{"kind":"ReplicaSet","name":"{{{OwnerName(pod / PodsOfOwner)}}}","controller":true}]},
        "spec":{"nodeName":"node-{{{1 + (pod % 200)}}}","containers":[{"name":"c","image":"example/app:1"}]},
        "status":{"phase":"Running","startTime":"2026-11-21T02:41:20Z","podIP":"10.{{{address >> 16}}}.{{{(address >> 8) & 255}}}.{{{address & 255}}}"}}
        """;

    private static string OwnerName(int owner) => $"service-{owner}-5d9c7b6f48";
}
