using System.Text.Json;
using FlowLake.Demo.Machine;
using FlowLake.Demo.Pod.Counts;
using FlowLake.Demo.Pod.Documents;
using FlowLake.Demo.Scenario;

namespace FlowLake.Demo.Processes;

/// <summary>The pods' processes: servers first, clients when the servers answer; and the other way round at the end.</summary>
public sealed class DemoPods
{
    private static readonly TimeSpan ReadyPatience = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan ReadyPoll = TimeSpan.FromMilliseconds(50);

    /// <summary>More than a pod needs to end its connections by itself.</summary>
    private static readonly TimeSpan StopPatience = TimeSpan.FromSeconds(40);

    private readonly DemoTopology topology;
    private readonly MachineNames names;
    private readonly TimeProvider time;
    private readonly Dictionary<DemoPod, Child> children;

    /// <param name="topology">Who is where.</param>
    /// <param name="names">What things are called on the machine; network and cgroups are there.</param>
    /// <param name="podCommand">The pods' program, as a command.</param>
    /// <param name="callsPerSecond">HTTP calls a second over all clients.</param>
    /// <param name="logFolder">Where the logs go.</param>
    /// <param name="time">The clock.</param>
    /// <param name="say">Takes lines for the terminal.</param>
    public DemoPods(DemoTopology topology, MachineNames names, IReadOnlyList<string> podCommand, double callsPerSecond, string logFolder, TimeProvider time, Action<string> say)
    {
        this.topology = topology;
        this.names = names;
        this.time = time;
        Directory.CreateDirectory(PodFolder);
        var record = new ProcessRecord(names.ProcessFile);
        double callsPerClient = callsPerSecond / topology.Clients.Count();
        children = topology.Pods.ToDictionary(pod => pod, pod => new Child(
            new ChildStart
            {
                Name = pod.Name,
                Command = [.. podCommand, pod.Role == PodRole.Server ? "server" : "client", WriteDocument(pod, callsPerClient)],
                Cgroup = names.PodCgroup(pod),
                NetworkNamespace = names.NamespacePath(pod),
                LogPath = Path.Combine(logFolder, $"{pod.Name}.log"),
            },
            record,
            time,
            say));
    }

    public IEnumerable<Child> Children => children.Values;

    private string PodFolder => $"{names.RunFolder}/pods";

    /// <summary>Starts the servers, awaits that they listen, and starts the clients.</summary>
    /// <exception cref="TimeoutException">A server does not listen; the message has its last lines.</exception>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        foreach (var server in topology.Servers)
            children[server].Start();
        foreach (var server in topology.Servers)
            await AwaitReadyAsync(children[server], cancellationToken);
        foreach (var client in topology.Clients)
            children[client].Start();
    }

    /// <summary>Stops the clients, and then the servers, each with its connections read to the end.</summary>
    /// <returns>What each pod counted, and which pods left no true count.</returns>
    public async Task<PodCounts> StopAsync()
    {
        await Task.WhenAll(topology.Clients.Select(client => children[client].StopAsync(StopPatience)));
        await Task.WhenAll(topology.Servers.Select(server => children[server].StopAsync(StopPatience)));
        var documents = topology.Pods.Select(pod => (Pod: pod, Counts: CountsFile.Read(CountsPath(pod)))).ToArray();
        return new PodCounts(
            [.. documents.Where(entry => entry.Counts is not null).Select(entry => entry.Counts!)],
            [.. documents.Where(entry => entry.Counts is null || children[entry.Pod].Restarts > 0).Select(entry => entry.Pod.Name)]);
    }

    private async Task AwaitReadyAsync(Child child, CancellationToken cancellationToken)
    {
        long begin = time.GetTimestamp();
        while (!child.Log.HasLine("ready"))
        {
            if (time.GetElapsedTime(begin) > ReadyPatience || child.Ended.IsCompleted)
                throw new TimeoutException($"{child.Name} does not listen; {child.Log.LastWords()}");
            await Task.Delay(ReadyPoll, time, cancellationToken);
        }
    }

    private string CountsPath(DemoPod pod) => $"{PodFolder}/{pod.Name}.counts.json";

    private string WriteDocument(DemoPod pod, double callsPerClient)
    {
        string path = $"{PodFolder}/{pod.Name}.json";
        File.WriteAllBytes(path, pod.Role == PodRole.Server
            ? JsonSerializer.SerializeToUtf8Bytes(PodDocuments.ForServer(topology, pod, CountsPath(pod)), PodJson.Default.ServerDocument)
            : JsonSerializer.SerializeToUtf8Bytes(PodDocuments.ForClient(topology, pod, callsPerClient, CountsPath(pod)), PodJson.Default.ClientDocument));
        return path;
    }
}

/// <summary>What the pods counted.</summary>
/// <param name="Documents">The counts of every pod that left some.</param>
/// <param name="Lost">Pods that died in between or left no counts: what is known of them is not all.</param>
public sealed record PodCounts(IReadOnlyList<CountsDocument> Documents, IReadOnlyList<string> Lost);
